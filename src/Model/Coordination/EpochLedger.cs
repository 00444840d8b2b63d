namespace ActorSparse.Model.Coordination;

/// <summary>
/// The accounts of phase one: which batch of which epoch is open, with whom, or done. A batch is with at most one worker, and a result counts
/// only for a ticket that its worker holds, so that every batch of an epoch is applied exactly once whatever is lost, repeated or redone.
/// </summary>
/// <remarks>
/// An epoch is over when all its batches are done. Batches of the next one may be handed out before (<see cref="HandOutBefore"/>), so that
/// nobody waits for the last gradient of an epoch.
/// </remarks>
internal sealed class EpochLedger
{
    private readonly int[] _batchesPerShard;
    private readonly EpochPage[] _pages;
    // A few for each worker, the oldest first.
    private readonly List<(string Worker, Assignment Assignment)> _inFlight = [];
    private readonly List<Assignment> _answered = [];
    private long _lastTicket;

    /// <summary>Accounts of epochs <paramref name="firstEpoch"/> to <paramref name="endEpoch"/> - 1, all batches open.</summary>
    public EpochLedger(IReadOnlyList<int> batchesPerShard, int firstEpoch, int endEpoch)
    {
        ArgumentNullException.ThrowIfNull(batchesPerShard);
        ArgumentOutOfRangeException.ThrowIfNegative(firstEpoch);
        ArgumentOutOfRangeException.ThrowIfLessThan(endEpoch, firstEpoch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchesPerShard.Sum());
        _batchesPerShard = [.. batchesPerShard];
        _pages = [new(firstEpoch, _batchesPerShard), new(firstEpoch + 1, _batchesPerShard)];
        CurrentEpoch = firstEpoch;
        EndEpoch = endEpoch;
        HandOutBefore = Math.Min(firstEpoch + 1, endEpoch);
    }

    /// <summary>
    /// Continues the accounts that <see cref="Save"/> described: what was in flight then is open again, and nothing is handed out before
    /// <see cref="Allow"/>.
    /// </summary>
    public EpochLedger(IReadOnlyList<int> batchesPerShard, int endEpoch, EpochLedgerState state)
        : this(batchesPerShard, (state ?? throw new ArgumentNullException(nameof(state))).Epoch, endEpoch)
    {
        // The evolution after the epoch before may not have been applied yet.
        HandOutBefore = CurrentEpoch;
        _lastTicket = state.LastTicket;
        Restore(_pages[0], state.Done);
        Restore(_pages[1], state.DoneAhead);
        AdvanceStep();
    }

    /// <summary>The oldest epoch that is not over; <see cref="EndEpoch"/> when all are.</summary>
    public int CurrentEpoch { get; private set; }

    /// <summary>One more than the last epoch.</summary>
    public int EndEpoch { get; }

    /// <summary>Batches of this epoch and later ones are not handed out yet; at most two more than <see cref="CurrentEpoch"/>.</summary>
    public int HandOutBefore { get; private set; }

    /// <summary>Number of parts of the training set.</summary>
    public int ShardCount => _batchesPerShard.Length;

    /// <summary>Applied updates that make an epoch.</summary>
    public int BatchesPerEpoch => _pages[0].BatchCount;

    /// <summary>The last ticket given out.</summary>
    public long LastTicket => _lastTicket;

    /// <summary>Whether all batches of all epochs are done.</summary>
    public bool IsFinished => CurrentEpoch == EndEpoch;

    /// <summary>Batches done in the current epoch.</summary>
    public int DoneInCurrentEpoch => IsFinished ? 0 : _pages[0].DoneCount;

    /// <summary>The first step of the current epoch that is not done: step s consists of batch s of every shard that has so many.</summary>
    public int CurrentStep { get; private set; }

    /// <summary>Number of hand-outs that are not answered.</summary>
    public int InFlightCount => _inFlight.Count;

    /// <summary>Batches whose gradient waits for the others of its step.</summary>
    public IReadOnlyList<Assignment> Answered => _answered;

    /// <summary>Allows handing out batches of epochs before <paramref name="epoch"/>.</summary>
    public void Allow(int epoch) => HandOutBefore = Math.Clamp(epoch, HandOutBefore, Math.Min(CurrentEpoch + 2, EndEpoch));

    /// <summary>
    /// Hands a batch to <paramref name="worker"/>, of its <paramref name="homeShard"/> while that has open ones, else of the shard that has
    /// most; with <paramref name="wanted"/> above 1 also open ones that follow it, about so many, so that no few are left over. With
    /// <paramref name="step"/> only batches of that number are handed out. False if there is none.
    /// </summary>
    public bool TryAssign(string worker, int homeShard, out Assignment assignment, int? step = null, int wanted = 1)
    {
        foreach (var page in _pages)
        {
            if (page.Epoch >= HandOutBefore) break;
            var shard = step is null ? ShardWithWork(page, homeShard) : ShardWithStep(page, homeShard, step.Value);
            if (shard < 0)
            {
                if (step is null) continue;
                break;
            }
            var batch = step ?? page.FirstOpen(shard);
            assignment = new(++_lastTicket, page.Epoch, shard, batch, page.OpenRun(shard, batch, EvenPart(page.OpenCount(shard), wanted)));
            page.Move(assignment, BatchState.Open, BatchState.InFlight);
            _inFlight.Add((worker, assignment));
            return true;
        }
        assignment = default;
        return false;
    }

    /// <summary>Number of hand-outs that <paramref name="worker"/> has not answered.</summary>
    public int CountInFlight(string worker)
    {
        var count = 0;
        foreach (var held in _inFlight)
            if (held.Worker == worker) count++;
        return count;
    }

    /// <summary>The oldest hand-out that <paramref name="worker"/> has not answered.</summary>
    public bool TryGetInFlight(string worker, out Assignment assignment)
    {
        var index = _inFlight.FindIndex(held => held.Worker == worker);
        assignment = index < 0 ? default : _inFlight[index].Assignment;
        return index >= 0;
    }

    /// <summary>The hand-out of that ticket, if <paramref name="worker"/> has it.</summary>
    public bool TryGetInFlight(string worker, long ticket, out Assignment assignment)
    {
        var index = IndexOf(ticket);
        assignment = index < 0 ? default : _inFlight[index].Assignment;
        return index >= 0 && _inFlight[index].Worker == worker;
    }

    /// <summary>Whether the hand-out of that ticket is in flight.</summary>
    public bool IsInFlight(long ticket) => IndexOf(ticket) >= 0;

    /// <summary>
    /// Takes back what <paramref name="worker"/> holds, apart from the hand-out <paramref name="kept"/>: it is open again. False if that is
    /// nothing.
    /// </summary>
    public bool Release(string worker, long kept = 0)
    {
        var isReleased = false;
        for (var index = _inFlight.Count - 1; index >= 0; index--)
        {
            var (holder, assignment) = _inFlight[index];
            if (holder != worker || assignment.Ticket == kept) continue;
            Move(index, BatchState.Open);
            isReleased = true;
        }
        return isReleased;
    }

    /// <summary>Takes a hand-out back: its batches are open again.</summary>
    public void Release(Assignment assignment) => Move(IndexOf(assignment.Ticket), BatchState.Open);

    /// <summary>What came of a hand-out has been applied. Returns how many epochs that ended.</summary>
    public int Complete(Assignment assignment)
    {
        Move(IndexOf(assignment.Ticket), BatchState.Done);
        return CloseEpochs();
    }

    /// <summary>The gradient of a hand-out is here and waits for the others of its step.</summary>
    public void Answer(Assignment assignment)
    {
        Move(IndexOf(assignment.Ticket), BatchState.Answered);
        _answered.Add(assignment);
    }

    /// <summary>The mean of all waiting gradients has been applied. Returns how many epochs that ended.</summary>
    public int CompleteStep()
    {
        foreach (var assignment in _answered) PageOf(assignment).Move(assignment, BatchState.Answered, BatchState.Done);
        _answered.Clear();
        return CloseEpochs();
    }

    /// <summary>Number of batches of a shard.</summary>
    public int BatchesOf(int shard) => _batchesPerShard[shard];

    /// <summary>Leaves out the tickets up to <paramref name="lastTicket"/>, which were given out elsewhere.</summary>
    public void SkipTickets(long lastTicket) => _lastTicket = Math.Max(_lastTicket, lastTicket);

    /// <summary>Number of gradients that make step <paramref name="step"/>: one of each shard that has so many batches.</summary>
    public int GradientsInStep(int step) => _batchesPerShard.Count(count => count > step);

    /// <summary>Where a batch of the current epoch or the one after it stands.</summary>
    public BatchState StateOf(int epoch, int shard, int batch) => _pages[epoch - CurrentEpoch][shard, batch];

    /// <summary>What a checkpoint keeps.</summary>
    public EpochLedgerState Save() => new()
    {
        Epoch = CurrentEpoch,
        LastTicket = _lastTicket,
        Done = _pages[0].Done(),
        DoneAhead = _pages[1].Done(),
    };

    // Of so many a part of about the wanted size, when all parts are as large as each other.
    private static int EvenPart(int count, int wanted)
    {
        var parts = Math.Max(1, (count + wanted / 2) / wanted);
        return (count + parts - 1) / parts;
    }

    private static int ShardWithStep(EpochPage page, int homeShard, int step)
    {
        var shards = page.ShardCount;
        for (var offset = 0; offset < shards; offset++)
        {
            var shard = (homeShard + offset) % shards;
            if (step < page.BatchesOf(shard) && page[shard, step] == BatchState.Open) return shard;
        }
        return -1;
    }

    private static int ShardWithWork(EpochPage page, int homeShard)
    {
        if (page.OpenCount(homeShard) > 0) return homeShard;
        var best = -1;
        for (var shard = 0; shard < page.ShardCount; shard++)
            if (page.OpenCount(shard) > (best < 0 ? 0 : page.OpenCount(best))) best = shard;
        return best;
    }

    private static void Restore(EpochPage page, bool[][] done)
    {
        if (done.Length != page.ShardCount) throw new ArgumentException($"accounts of {done.Length} shards; expected {page.ShardCount}");
        for (var shard = 0; shard < done.Length; shard++)
        {
            if (done[shard].Length != page.BatchesOf(shard))
                throw new ArgumentException($"accounts of {done[shard].Length} batches of shard {shard}; expected {page.BatchesOf(shard)}");
            for (var batch = 0; batch < done[shard].Length; batch++)
                if (done[shard][batch]) page.Move(shard, batch, BatchState.Open, BatchState.Done);
        }
    }

    // Without a closure: this comes with every batch.
    private int IndexOf(long ticket)
    {
        for (var index = 0; index < _inFlight.Count; index++)
            if (_inFlight[index].Assignment.Ticket == ticket) return index;
        return -1;
    }

    private void Move(int index, BatchState to)
    {
        if (index < 0) throw new InvalidOperationException("the hand-out is not in flight");
        var assignment = _inFlight[index].Assignment;
        _inFlight.RemoveAt(index);
        PageOf(assignment).Move(assignment, BatchState.InFlight, to);
    }

    private EpochPage PageOf(Assignment assignment) => _pages[assignment.Epoch - CurrentEpoch];

    // The next epoch may be done as well by then, if its last gradient came before the last of this one.
    private int CloseEpochs()
    {
        var closed = 0;
        while (!IsFinished && _pages[0].IsDone)
        {
            closed++;
            CurrentStep = 0;
            CurrentEpoch++;
            (_pages[0], _pages[1]) = (_pages[1], _pages[0]);
            _pages[1].Reset(CurrentEpoch + 1);
        }
        AdvanceStep();
        return closed;
    }

    private void AdvanceStep()
    {
        while (!IsFinished && StepIsDone(CurrentStep)) CurrentStep++;
    }

    private bool StepIsDone(int step)
    {
        for (var shard = 0; shard < ShardCount; shard++)
            if (step < _batchesPerShard[shard] && _pages[0][shard, step] != BatchState.Done) return false;
        return true;
    }
}
