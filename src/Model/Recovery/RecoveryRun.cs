namespace ActorSparse.Model.Recovery;

/// <summary>
/// Shares the questions of an algorithm out among workers and puts their answers together: what a coordinator decides, without actors. There
/// are as many shares as workers, each preferably its own worker's, who has gates and residual of it at hand; that of a worker who is lost
/// goes to whoever is idle. Since a question is complete in itself and sums are put together in a fixed order, neither the number of workers
/// nor who computed what changes the result.
/// </summary>
internal sealed class RecoveryRun : IDisposable
{
    private readonly IhtSteps _steps;
    private readonly int _workers;
    private readonly IEnumerator<SumRequest> _requests;
    private readonly SortedSet<int> _open = [];
    private readonly Dictionary<int, ShareOrder> _orders = [];
    private readonly HashSet<int> _done = [];
    private SumRequest? _request;
    private NodeTree? _tree;
    private int _shares;

    /// <summary>An algorithm at its beginning, for workers 0 to <paramref name="workers"/> - 1.</summary>
    public RecoveryRun(IhtSteps steps, int workers)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        (_steps, _workers, _requests) = (steps, workers, steps.Requests().GetEnumerator());
        Advance();
    }

    /// <summary>Number of the present question.</summary>
    public long Ticket { get; private set; }

    /// <summary>Whether the algorithm has come to its end, or failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Answers that were not taken, as others were there before or somebody else has the share.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>What the worker is to do next; null if there is nothing, or it has something already.</summary>
    public ShareOrder? Assign(int worker)
    {
        if (IsOver || _open.Count == 0 || _orders.ContainsKey(worker)) return null;
        var share = _open.Contains(worker) ? worker : _open.Min;
        _open.Remove(share);
        var (first, count) = (_request!.FirstChunk, _request.ChunkCount);
        var order = new ShareOrder(Ticket, share, first + Border(share, count), first + Border(share + 1, count), _request);
        _orders.Add(worker, order);
        return order;
    }

    /// <summary>Takes the sums of a share. Those that nobody waits for are counted and refused.</summary>
    /// <exception cref="ArgumentException">They are not the sums of the share.</exception>
    public bool Take(int worker, long ticket, int share, IReadOnlyList<NodeSum> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var isOwn = _orders.TryGetValue(worker, out var order) && order.Ticket == ticket && order.Share == share;
        if (isOwn) _orders.Remove(worker);
        if (IsOver || !isOwn || !_done.Add(share))
        {
            RefusedCount++;
            return false;
        }
        foreach (var node in nodes) _tree!.Add(node);
        if (_done.Count < _shares) return true;
        _steps.Answer = _tree!.Root ?? throw new ArgumentException("sums of a chunk are missing", nameof(nodes));
        Advance();
        return true;
    }

    /// <summary>The worker is gone, or has been silent for too long: its share is open again.</summary>
    public bool Release(int worker)
    {
        if (!_orders.Remove(worker, out var order)) return false;
        if (order.Ticket == Ticket && !_done.Contains(order.Share)) _open.Add(order.Share);
        return true;
    }

    /// <summary>Ends it.</summary>
    public void Fail(Exception failure)
    {
        if (IsOver) return;
        (IsOver, Failure) = (true, failure);
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private int Border(int share, int count) => (int)((long)count * share / _shares);

    private void Advance()
    {
        try
        {
            if (!_requests.MoveNext())
            {
                IsOver = true;
                return;
            }
        }
        catch (TrainingDivergedException failure)
        {
            Fail(failure);
            return;
        }
        _request = _requests.Current;
        Ticket++;
        _tree = new(_request.ChunkCount);
        _shares = Math.Min(_workers, _request.ChunkCount);
        _done.Clear();
        _open.Clear();
        for (var share = 0; share < _shares; share++) _open.Add(share);
    }
}
