namespace ActorSparse.Model.Coordination;

/// <summary>The batches of one epoch and where each stands.</summary>
internal sealed class EpochPage
{
    private readonly BatchState[][] _states;

    // No batch of a shard before this one is open.
    private readonly int[] _firstOpen;
    private readonly int[] _openCounts;

    public EpochPage(int epoch, IReadOnlyList<int> batchesPerShard)
    {
        Epoch = epoch;
        _states = [.. batchesPerShard.Select(count => new BatchState[count])];
        _firstOpen = new int[_states.Length];
        _openCounts = [.. batchesPerShard];
        BatchCount = batchesPerShard.Sum();
    }

    public int Epoch { get; private set; }

    public int BatchCount { get; }

    public int DoneCount { get; private set; }

    public bool IsDone => DoneCount == BatchCount;

    public int ShardCount => _states.Length;

    public int BatchesOf(int shard) => _states[shard].Length;

    public int OpenCount(int shard) => _openCounts[shard];

    public BatchState this[int shard, int batch] => _states[shard][batch];

    /// <summary>Starts over with all batches of another epoch open.</summary>
    public void Reset(int epoch)
    {
        Epoch = epoch;
        DoneCount = 0;
        for (var shard = 0; shard < _states.Length; shard++)
        {
            Array.Clear(_states[shard]);
            _firstOpen[shard] = 0;
            _openCounts[shard] = _states[shard].Length;
        }
    }

    /// <summary>The first open batch of a shard, or -1.</summary>
    public int FirstOpen(int shard)
    {
        if (_openCounts[shard] == 0) return -1;
        var states = _states[shard];
        while (states[_firstOpen[shard]] != BatchState.Open) _firstOpen[shard]++;
        return _firstOpen[shard];
    }

    /// <summary>How many batches from <paramref name="batch"/> on are open one after the other, at most <paramref name="most"/>.</summary>
    public int OpenRun(int shard, int batch, int most)
    {
        var states = _states[shard];
        var end = batch;
        while (end < states.Length && end - batch < most && states[end] == BatchState.Open) end++;
        return end - batch;
    }

    /// <summary>Moves all batches of a hand-out.</summary>
    public void Move(Assignment assignment, BatchState from, BatchState to)
    {
        for (var offset = 0; offset < assignment.Count; offset++) Move(assignment.Shard, assignment.Batch + offset, from, to);
    }

    public void Move(int shard, int batch, BatchState from, BatchState to)
    {
        if (_states[shard][batch] != from)
            throw new InvalidOperationException(
                $"batch {batch} of shard {shard}, epoch {Epoch}, is {_states[shard][batch]}; expected {from}");
        _states[shard][batch] = to;
        if (from == BatchState.Open) _openCounts[shard]--;
        if (to == BatchState.Open)
        {
            _openCounts[shard]++;
            _firstOpen[shard] = Math.Min(_firstOpen[shard], batch);
        }
        if (to == BatchState.Done) DoneCount++;
    }

    /// <summary>For each shard, one bit a batch: whether its gradient has been applied.</summary>
    public bool[][] Done() => [.. _states.Select(states => Array.ConvertAll(states, state => state == BatchState.Done))];
}
