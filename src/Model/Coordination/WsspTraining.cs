using ActorSparse.Model.Evolution;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// Synchronous SGD: an update is the mean of one gradient of every shard, all of the same version. Which worker computes which, and when, does
/// not matter (wasap specification, section 5).
/// </summary>
internal sealed class WsspTraining : GradientTraining
{
    private readonly StepBarrier _barrier = new();
    private NetworkEvolution? _evolution;
    private double _evolveSeconds;

    /// <summary>See <see cref="GradientTraining"/>.</summary>
    public WsspTraining(TrainingJob job, RunState state, ParameterServer server, EvolutionSchedule schedule, EpochBooks books)
        : base(job, state, server, schedule, books) { }

    /// <inheritdoc/>
    public override bool TryAssign(string worker, int homeShard, out BatchOrder order)
    {
        order = default;
        // An evolution that goes with this step must be known before its batches go out.
        if (!Schedule.IsKnown || !Ledger.TryAssign(worker, homeShard, out var assignment, Ledger.CurrentStep)) return false;
        var evolves = Schedule.Next.Update == Server.ModelVersion && assignment.Shard == ShardThatEvolves();
        if (evolves) Schedule.Begin(assignment.Ticket);
        order = new(assignment, evolves, Rent());
        return true;
    }

    /// <inheritdoc/>
    // No batch of an epoch before the evolution after the one before.
    public override void AllowEpochs() => Ledger.Allow(Schedule.Next.Epoch + 1);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _barrier.Dispose();
            _evolution?.Dispose();
        }
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override void Accept(string worker, Assignment assignment, BatchAnswer answer)
    {
        Ledger.Answer(assignment);
        _barrier.Hold(assignment.Shard, answer.Work, answer.Tally);
        if (assignment.Ticket == Schedule.CarrierTicket) (_evolution, _evolveSeconds) = (answer.Evolution, answer.EvolveSeconds);
        else answer.Evolution?.Dispose();
        if (_barrier.Count == Ledger.GradientsInStep(Ledger.CurrentStep)) Step();
    }

    // The changes wait for the gradients of their step: what a lost worker has to compute again is computed on the parameters of before.
    private void Step()
    {
        if (_evolution is { } evolution) Evolve(evolution, Server.ModelVersion, _evolveSeconds, _barrier.Gradients);
        _evolution = null;
        Server.ApplyMean(_barrier.Gradients);
        Books.Add(Ledger.CurrentEpoch, _barrier.Tally);
        foreach (var work in _barrier.Release()) Pool.Return(work);
        Ledger.CompleteStep();
    }

    // The shard whose turn it is, or the first one, if that has no batch in this step.
    private int ShardThatEvolves()
    {
        var shard = Schedule.Next.Shard;
        if (Ledger.BatchesOf(shard) > Ledger.CurrentStep) return shard;
        return Enumerable.Range(0, Ledger.ShardCount).First(other => Ledger.BatchesOf(other) > Ledger.CurrentStep);
    }
}
