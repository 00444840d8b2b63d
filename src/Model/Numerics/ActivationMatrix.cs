using System.Numerics;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// Activations (or their gradients) of one layer for a mini-batch, neuron-major: the B samples of a neuron are contiguous, so that every
/// connection is a vector operation. Lanes from B to the end of the stride are zero.
/// </summary>
public sealed unsafe class ActivationMatrix : IDisposable
{
    private const int FloatsPerLine = NativeBuffer<float>.AlignmentBytes / sizeof(float);
    private readonly NativeBuffer<float> _values;

    /// <summary>Room for <paramref name="neurons"/> neurons and batches of up to <paramref name="capacity"/> samples.</summary>
    public ActivationMatrix(int neurons, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neurons);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Neurons = neurons;
        Capacity = capacity;
        Batch = capacity;
        Stride = StrideFor(capacity);
        _values = new((long)neurons * Stride);
    }

    /// <summary>Number of neurons.</summary>
    public int Neurons { get; }

    /// <summary>Largest batch, in samples.</summary>
    public int Capacity { get; }

    /// <summary>Samples in use, B.</summary>
    public int Batch { get; private set; }

    /// <summary>Floats from one neuron to the next.</summary>
    public int Stride { get; }

    /// <summary>The first neuron's first sample.</summary>
    public float* Pointer => _values.Pointer;

    /// <summary>Bytes held.</summary>
    public long Bytes => _values.Bytes;

    /// <summary>The samples of one neuron.</summary>
    public Span<float> Row(int neuron) => _values.Slice((long)neuron * Stride, Batch);

    /// <summary>Uses the first <paramref name="batch"/> samples from now on; the lanes beyond them become zero.</summary>
    public void SetBatch(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, Capacity);
        if (batch < Batch)
            for (long neuron = 0; neuron < Neurons; neuron++)
                new Span<float>(Pointer + neuron * Stride + batch, Stride - batch).Clear();
        Batch = batch;
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();

    // Below a cache line the next power of two: a whole vector of some width a neuron. Else whole cache lines, an odd number of them: a
    // power of two would map a batch tile of all neurons to a few sets of the first-level cache.
    private static int StrideFor(int capacity)
    {
        if (capacity <= FloatsPerLine) return (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
        var lines = (capacity + FloatsPerLine - 1) / FloatsPerLine;
        return (lines | 1) * FloatsPerLine;
    }
}
