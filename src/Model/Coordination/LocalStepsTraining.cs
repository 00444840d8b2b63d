namespace ActorSparse.Model.Coordination;

/// <summary>
/// Workers train by themselves on up to H batches and send by how much their parameters fell, which the coordinator applies as it comes, in
/// part: K workers that go the same way at the same time must not go K times as far (docs/training.md). A worker gets its next batches while
/// it works on the last ones, so that it need not wait.
/// </summary>
internal sealed class LocalStepsTraining : GradientTraining
{
    private const int HandOutsMax = 2;

    private readonly IRoster _roster;
    private readonly WorkerPace _pace = new();

    /// <summary>See <see cref="GradientTraining"/>; <paramref name="roster"/> says how many workers there are.</summary>
    public LocalStepsTraining(
        TrainingJob job, RunState state, ParameterServer server, EvolutionSchedule schedule, EpochBooks books, IRoster roster)
        : base(job, state, server, schedule, books)
    {
        ArgumentNullException.ThrowIfNull(roster);
        _roster = roster;
    }

    private int WorkerCount => Math.Max(1, _roster.Count);

    // The share of a difference that is applied: all together they are averaged.
    private double Share => 1.0 / WorkerCount;

    // H is meant for as many workers as there are parts: that much is under way with fewer or more of them too.
    private int StepsMax => Math.Max(1, Job.Run.LocalSteps * Job.Run.Workers / WorkerCount);

    /// <inheritdoc/>
    public override bool TryAssign(string worker, int homeShard, out BatchOrder order)
    {
        order = default;
        if (Ledger.CountInFlight(worker) >= HandOutsMax) return false;
        Ledger.TryGetInFlight(worker, out var held);
        var evolves = MayEvolve;
        var wanted = evolves ? 1 : _pace.BatchesFor(worker, StepsMax, name => Ledger.CountInFlight(name) > 0);
        if (!Ledger.TryAssign(worker, homeShard, out var assignment, wanted: wanted)) return false;
        if (evolves) Schedule.Begin(assignment.Ticket);
        order = new(assignment, evolves, Rent(), new LocalSteps(Server.RateScale * Job.AveragingRateFactor(WorkerCount), Share, held.Ticket));
        return true;
    }

    /// <inheritdoc/>
    public override void AllowEpochs() => Ledger.Allow(Schedule.Next.Epoch + 2);

    /// <inheritdoc/>
    protected override void Accept(string worker, Assignment assignment, BatchAnswer answer)
    {
        EvolveIfCarried(assignment, answer);
        Server.ApplyDifference(answer.Work.Gradients, answer.ModelVersion, assignment.Count, Share);
        Books.Add(assignment.Epoch, answer.Tally);
        _pace.Learn(worker, assignment.Count, answer.Seconds);
        Pool.Return(answer.Work);
        Ledger.Complete(assignment);
    }
}
