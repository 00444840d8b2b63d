using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Shares the questions of an algorithm out among workers and puts their answers together: what a coordinator decides, without actors. There
/// are at least as many shares as workers, each preferably its own worker's, who has gates and residual of it at hand; that of a worker who
/// is lost goes to whoever is idle. Since a question is complete in itself and sums are put together in a fixed order, neither the number of workers
/// nor who computed what changes the result.
/// </summary>
internal sealed class RecoveryRun : IDisposable
{
    private readonly IhtSteps _steps;
    private readonly IEnumerator<SumRequest> _requests;
    private readonly SortedSet<int> _open = [];
    private readonly Dictionary<int, ShareOrder> _orders = [];
    // Those of workers that were taken for silent: their answers count if they come first.
    private readonly Dictionary<int, ShareOrder> _late = [];
    private readonly HashSet<int> _done = [];
    private SumRequest? _request;
    private NodeTree? _tree;
    private int _shareCount;

    /// <summary>An algorithm at its beginning.</summary>
    /// <param name="steps">The algorithm.</param>
    /// <param name="shares">Shares of a question: as many as there are workers.</param>
    /// <param name="lastTicket">Number of the last question before its first.</param>
    public RecoveryRun(IhtSteps steps, int shares, long lastTicket = 0)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shares);
        (_steps, Shares, Ticket, _requests) = (steps, shares, lastTicket, steps.Requests().GetEnumerator());
        Advance();
    }

    /// <summary>Shares that the next question has, if it has so many chunks.</summary>
    public int Shares { get; set; }

    /// <summary>Number of the present question, ascending.</summary>
    public long Ticket { get; private set; }

    /// <summary>Whether the algorithm has come to its end, or failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Answers that were not taken: others were there before, somebody else has the share, or they were none.</summary>
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

    /// <summary>
    /// Takes the sums of a share. Those that nobody waits for are counted and refused; so are those that are not what was asked for, and the
    /// share is open again.
    /// </summary>
    public RefusalReason Take(int worker, long ticket, int share, IReadOnlyList<NodeSum> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var orders = _orders.ContainsKey(worker) ? _orders : _late;
        if (IsOver || !orders.TryGetValue(worker, out var order) || order.Ticket != ticket || order.Share != share)
        {
            RefusedCount++;
            return RefusalReason.NotInFlight;
        }
        orders.Remove(worker);
        if (ticket != Ticket || _done.Contains(share))
        {
            RefusedCount++;
            return RefusalReason.NotInFlight;
        }
        if (!order.IsAnsweredBy(nodes))
        {
            RefusedCount++;
            if (orders == _orders) _open.Add(share);
            return RefusalReason.Implausible;
        }
        _open.Remove(share);
        _done.Add(share);
        foreach (var node in nodes) _tree!.Add(node);
        if (_done.Count < _shareCount) return RefusalReason.None;
        _steps.Answer = _tree!.Root;
        Advance();
        return RefusalReason.None;
    }

    /// <summary>
    /// The worker is gone, or <paramref name="isSilent"/> for too long: its share is open again. What a silent one still answers counts if
    /// nobody was faster, so that a slow worker alone gets its work done.
    /// </summary>
    public bool Release(int worker, bool isSilent = false)
    {
        if (!isSilent) _late.Remove(worker);
        if (!_orders.Remove(worker, out var order)) return false;
        if (order.Ticket != Ticket || _done.Contains(order.Share)) return true;
        _open.Add(order.Share);
        if (isSilent) _late[worker] = order;
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

    private int Border(int share, int count) => (int)((long)count * share / _shareCount);

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
        _shareCount = Math.Min(Shares, _request.ChunkCount);
        _done.Clear();
        _open.Clear();
        _late.Clear();
        for (var share = 0; share < _shareCount; share++) _open.Add(share);
    }
}
