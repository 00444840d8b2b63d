using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Answers <see cref="SumRequest"/>s for some chunks of the samples, on several threads. It keeps the gates and the residual of the last
/// request, so that a series of questions about one point costs one residual; it knows nothing that a request does not say.
/// </summary>
internal sealed unsafe class SampleSums : ISampleSums, IDisposable
{
    private readonly RecoveryData _data;
    private readonly ThreadTeam _team;
    private readonly bool _ownsTeam;
    private readonly TileScratch[] _scratch;
    private readonly ScalarSums _scalar;
    private readonly VectorSums _vector;
    private NativeBuffer<double> _sums = new(0);

    /// <summary>Holds all chunks of <paramref name="data"/>, or those from <paramref name="firstChunk"/> to before <paramref name="endChunk"/>.</summary>
    public SampleSums(RecoveryData data, int threads = 1, int firstChunk = 0, int? endChunk = null)
        : this(data, new ThreadTeam(Math.Min(threads, Math.Max(1, data.Chunks.Count))), firstChunk, endChunk ?? data.Chunks.Count) => _ownsTeam = true;

    /// <summary>The same with the threads of <paramref name="team"/>, which stays the caller's.</summary>
    public SampleSums(RecoveryData data, ThreadTeam team, int firstChunk, int endChunk)
    {
        (_data, _team, FirstChunk, EndChunk) = (data, team, firstChunk, endChunk);
        _scratch = [.. Enumerable.Range(0, _team.Size).Select(_ => new TileScratch(data.OutputCount))];
        _scalar = new(data, _team, _scratch, data.Chunks.FirstTile(FirstChunk), data.Chunks.EndTile(EndChunk - 1));
        _vector = new(data);
    }

    /// <summary>The first chunk held.</summary>
    public int FirstChunk { get; }

    /// <summary>The chunk after the last one held.</summary>
    public int EndChunk { get; }

    /// <summary>Bytes held apart from the samples.</summary>
    public long Bytes => _sums.Bytes + _scalar.Bytes;

    /// <inheritdoc/>
    public ReadOnlySpan<double> Compute(SumRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (first, end) = Within(request);
        if (first != request.FirstChunk || end != request.FirstChunk + request.ChunkCount)
            throw new ArgumentException("the batch is not held whole", nameof(request));
        ComputeChunks(request, first, end);
        var root = PairwiseSum.NodesWithin(0, request.ChunkCount, request.ChunkCount).Single();
        return PairwiseSum.Reduce(_sums.Span[..(request.ChunkCount * request.Length)], request.Length, 0, root, request.ChunkCount);
    }

    /// <summary>
    /// The sums of chunks <paramref name="first"/> to <paramref name="end"/> - 1, which are held, as the nodes that <see cref="PairwiseSum"/>
    /// makes of the batch's chunks.
    /// </summary>
    public IReadOnlyList<NodeSum> ComputeNodes(SumRequest request, int first, int end)
    {
        ArgumentNullException.ThrowIfNull(request);
        ComputeChunks(request, first, end);
        var (start, stop) = (first - request.FirstChunk, end - request.FirstChunk);
        var vectors = _sums.Span[..((end - first) * request.Length)];
        var nodes = new List<NodeSum>();
        foreach (var node in PairwiseSum.NodesWithin(start, stop, request.ChunkCount))
            nodes.Add(new(node.Level, node.Index, PairwiseSum.Reduce(vectors, request.Length, start, node, request.ChunkCount).ToArray()));
        return nodes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsTeam) _team.Dispose();
        foreach (var scratch in _scratch) scratch.Dispose();
        _scalar.Dispose();
        _sums.Dispose();
    }

    private (int First, int End) Within(SumRequest request) =>
        (Math.Max(FirstChunk, request.FirstChunk), Math.Min(EndChunk, request.FirstChunk + request.ChunkCount));

    // A vector of sums for each chunk, one after the other.
    private void ComputeChunks(SumRequest request, int first, int end)
    {
        if (first < FirstChunk || end > EndChunk) throw new ArgumentException($"chunks {first} to {end} are not held", nameof(request));
        var numbers = (long)(end - first) * request.Length;
        if (_sums.Length < numbers)
        {
            _sums.Dispose();
            _sums = new(numbers, zeroed: false);
        }
        new Span<double>(_sums.Pointer, checked((int)numbers)).Clear();
        var isScalar = request.OutputPoint is null;
        if (isScalar) _scalar.Prepare(request, first, end);
        _team.Run((Sums: this, Request: request, First: first, End: end), static (pass, member) =>
        {
            var (self, request) = (pass.Sums, pass.Request);
            for (var chunk = pass.First + member; chunk < pass.End; chunk += self._team.Size)
            {
                var sums = self._sums.Pointer + (long)(chunk - pass.First) * request.Length;
                for (var tile = self._data.Chunks.FirstTile(chunk); tile < self._data.Chunks.EndTile(chunk); tile++)
                {
                    if (request.OutputPoint is null) self._scalar.Add(request, tile, self._scratch[member], sums);
                    else self._vector.Add(request, tile, self._scratch[member], sums);
                }
            }
        });
        if (isScalar) _scalar.Finish();
    }
}
