using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// An algorithm as the questions it asks about the samples: whoever runs it answers each by <see cref="Answer"/> before the next is taken.
/// So the same decisions serve threads and actors.
/// </summary>
internal abstract class IhtSteps
{
    // A multiple of the neurons that kernels take at once.
    private const int RequestNumbers = 1 << 16;

    private double[] _answer = [];
    private int _answerLength;

    /// <summary>The sums that the last question asked for.</summary>
    public ReadOnlySpan<double> Answer
    {
        get => _answer.AsSpan(0, _answerLength);
        set
        {
            if (_answer.Length < value.Length) _answer = new double[value.Length];
            value.CopyTo(_answer);
            _answerLength = value.Length;
        }
    }

    /// <summary>The questions; when there is none any more the algorithm is done.</summary>
    public abstract IEnumerable<SumRequest> Requests();

    /// <summary>Runs to the end on what answers here and now.</summary>
    public void Run(ISampleSums sums, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(sums);
        foreach (var request in Requests())
        {
            stop.ThrowIfCancellationRequested();
            Answer = sums.Compute(request);
        }
    }

    /// <summary>
    /// <paramref name="count"/> neurons in portions whose blocks of <paramref name="length"/> numbers make one question: neither the sums
    /// of all nor their numbers ever exist at once.
    /// </summary>
    protected static IEnumerable<int[]> Portions(int count, Func<int, int> neuronAt, int length)
    {
        ArgumentNullException.ThrowIfNull(neuronAt);
        var portion = PortionOf(length);
        for (var first = 0; first < count; first += portion)
        {
            var neurons = new int[Math.Min(portion, count - first)];
            for (var place = 0; place < neurons.Length; place++) neurons[place] = neuronAt(first + place);
            yield return neurons;
        }
    }

    /// <summary>Neurons of a question whose blocks have <paramref name="length"/> numbers, at most.</summary>
    internal static int PortionOf(int length) => Math.Max(TileKernels.Quad, RequestNumbers / length / TileKernels.Quad * TileKernels.Quad);

    /// <summary>Numbers that an answer to such a question has, at most.</summary>
    internal static long RequestNumbersOf(long length) => Math.Max(RequestNumbers, TileKernels.Quad * length);

    /// <summary>The batches of an epoch in an order of their own: each the first of its chunks and how many.</summary>
    protected static (int First, int Count)[] Batches(SampleChunks chunks, int chunksPerBatch, ulong seed, int epoch)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        if (chunksPerBatch <= 0 || chunksPerBatch >= chunks.Count) return [(0, chunks.Count)];
        var batches = new (int First, int Count)[(chunks.Count + chunksPerBatch - 1) / chunksPerBatch];
        for (var batch = 0; batch < batches.Length; batch++)
            batches[batch] = (batch * chunksPerBatch, Math.Min(chunksPerBatch, chunks.Count - batch * chunksPerBatch));
        new RandomSource(seed).Stream("recovery-batches", epoch).Shuffle(batches.AsSpan());
        return batches;
    }
}
