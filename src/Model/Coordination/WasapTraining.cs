
namespace ActorSparse.Model.Coordination;

/// <summary>
/// Asynchronous SGD: every gradient is applied when it comes, and its worker gets the next batch at once (wasap specification, section 5).
/// </summary>
internal sealed class WasapTraining : GradientTraining
{
    /// <summary>See <see cref="GradientTraining"/>.</summary>
    public WasapTraining(TrainingJob job, RunState state, ParameterServer server, EvolutionSchedule schedule, EpochBooks books)
        : base(job, state, server, schedule, books) { }

    /// <inheritdoc/>
    public override bool TryAssign(string worker, int homeShard, out BatchOrder order)
    {
        order = default;
        if (!Ledger.TryAssign(worker, homeShard, out var assignment)) return false;
        var work = Rent();
        if (MayEvolve)
        {
            // By the parameters as they are: what is pruned goes by their magnitude.
            Schedule.Begin(assignment.Ticket);
            order = new(assignment, Evolves: true, work);
            return true;
        }
        Server.LookAhead(work.Replica, Ledger.InFlightCount - 1);
        order = new(assignment, Evolves: false, work);
        return true;
    }

    /// <inheritdoc/>
    // With one shard training is to be that of one place: no batch of an epoch before the evolution after the one before.
    public override void AllowEpochs() =>
        Ledger.Allow(Ledger.ShardCount == 1 ? Math.Min(Schedule.Next.Epoch, Ledger.CurrentEpoch) + 1 : Schedule.Next.Epoch + 2);

    /// <inheritdoc/>
    protected override void Accept(string worker, Assignment assignment, BatchAnswer answer)
    {
        EvolveIfCarried(assignment, answer);
        Server.Apply(answer.Work.Gradients, answer.ModelVersion);
        Books.Add(assignment.Epoch, answer.Tally);
        Pool.Return(answer.Work);
        Ledger.Complete(assignment);
    }
}
