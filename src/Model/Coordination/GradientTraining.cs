using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// Phase one: which worker gets which batches, and what becomes of what it makes of them. Of the three ways, WASAP applies each gradient as it
/// comes, WSSP the mean of a step's, and with local steps workers train by themselves and send by how much they moved.
/// </summary>
internal abstract class GradientTraining : IDisposable
{
    // Decades: sums of such times stay numbers.
    private const double EvolveSecondsMax = 1e9;

    /// <summary>Goes on from <paramref name="state"/>; owns nothing of what it is given.</summary>
    protected GradientTraining(TrainingJob job, RunState state, ParameterServer server, EvolutionSchedule schedule, EpochBooks books)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(state);
        Ledger = new(job.BatchesPerShard(), job.Plan.PhaseOneEpochs, state.Ledger);
        (Job, Server, Schedule, Books) = (job, server, schedule, books);
        // With local steps a worker has one set to work on and one that comes.
        Pool = new(job.Run.Workers * (job.Run.LocalSteps > 1 ? 2 : 1) + 2);
    }

    /// <summary>The accounts of batches.</summary>
    public EpochLedger Ledger { get; }

    /// <summary>Sets that are not under way.</summary>
    public WorkSetPool Pool { get; }

    /// <summary>Sees gradients and evolutions before they count; null outside simulations.</summary>
    internal IRunProbe? Probe { get; init; }

    /// <summary>What is trained.</summary>
    protected TrainingJob Job { get; }

    /// <summary>The parameters.</summary>
    protected ParameterServer Server { get; }

    /// <summary>When topologies evolve.</summary>
    protected EvolutionSchedule Schedule { get; }

    /// <summary>Where batches and evolutions are counted.</summary>
    protected EpochBooks Books { get; }

    /// <summary>
    /// The way that <paramref name="job"/> says. One shard goes step by step under rules that evolve with updates too: nothing may be
    /// computed on the step after before.
    /// </summary>
    internal static GradientTraining Create(
        TrainingJob job, RunState state, ParameterServer server, EvolutionSchedule schedule, EpochBooks books, IRoster roster,
        IRunProbe? probe) =>
        job.Run.LocalSteps > 1 ? new LocalStepsTraining(job, state, server, schedule, books, roster) { Probe = probe }
        : job.Run.Mode == TrainingMode.Wssp || (job.Run.Workers == 1 && job.Training.Rule is GuidedRule)
            ? new WsspTraining(job, state, server, schedule, books) { Probe = probe }
            : new WasapTraining(job, state, server, schedule, books) { Probe = probe };

    /// <summary>Hands batches to <paramref name="worker"/>, if there are any for it.</summary>
    public abstract bool TryAssign(string worker, int homeShard, out BatchOrder order);

    /// <summary>
    /// Takes over what <paramref name="worker"/> answers. Returns why it does not count, if it does not; <paramref name="detail"/> then says
    /// it in one line, and its batches are open again.
    /// </summary>
    public RefusalReason Take(string worker, BatchAnswer answer, out Assignment assignment, out string detail)
    {
        var refusal = RefusalReason.NotInFlight;
        detail = "another hand-out is in flight";
        if (Ledger.TryGetInFlight(worker, answer.Ticket, out assignment))
        {
            ulong[] topologyIds = Probe is null ? [] : [.. answer.Work.Gradients.TopologyIds];
            refusal = Judge(assignment, answer, out detail);
            if (refusal == RefusalReason.None)
            {
                Probe?.OnAccepting(assignment, topologyIds, answer.Work.Gradients);
                Accept(worker, assignment, answer);
                return refusal;
            }
            Ledger.Release(assignment);
        }
        answer.Evolution?.Dispose();
        Pool.Return(answer.Work);
        return refusal;
    }

    /// <summary>Allows batches of the epochs that may begin by now.</summary>
    public abstract void AllowEpochs();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the two ways hold.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Pool.Dispose();
    }

    /// <summary>Takes over an answer that counts.</summary>
    protected abstract void Accept(string worker, Assignment assignment, BatchAnswer answer);

    /// <summary>
    /// Whether the next batch that is handed out is to make an evolution, where nobody waits for others: one at a time, those after epochs
    /// first.
    /// </summary>
    protected bool MayEvolve =>
        Schedule is { IsKnown: true, IsUnderWay: false } && Schedule.Next.Update <= Server.ModelVersion
        && Schedule.Next.Epoch >= Ledger.CurrentEpoch && !Ledger.IsInFlight(Schedule.CarrierTicket);

    /// <summary>A set to compute on, with the present parameters.</summary>
    protected WorkSet Rent() => Pool.Rent(Server.Network, withVelocities: false);

    /// <summary>
    /// Applies the changes that a batch on version <paramref name="modelVersion"/> made, which it takes over, and carries gradients that wait
    /// to be applied over to the new topologies.
    /// </summary>
    protected void Evolve(NetworkEvolution evolution, long modelVersion, double seconds, IReadOnlyList<GradientSet> gradients)
    {
        ArgumentNullException.ThrowIfNull(evolution);
        var changes = new EpochEvolution([evolution.Changes], livingNeurons: null);
        Probe?.OnEvolving(changes, null, modelVersion);
        Server.Evolve(changes);
        Server.CarryOver(gradients);
        Books.Add(Ledger.CurrentEpoch, changes.Summary, seconds);
        Schedule.CompleteUpdate(modelVersion);
    }

    /// <summary>Applies the changes that an answer brings if its hand-out was to make some, where nobody waits for others.</summary>
    protected void EvolveIfCarried(Assignment assignment, BatchAnswer answer)
    {
        if (assignment.Ticket == Schedule.CarrierTicket)
            Evolve(answer.Evolution!, answer.ModelVersion, answer.EvolveSeconds, [answer.Work.Gradients]);
        else answer.Evolution?.Dispose();
    }

    private RefusalReason Judge(Assignment assignment, BatchAnswer answer, out string detail)
    {
        var tally = answer.Tally;
        detail = "its counts are no result of its batches";
        if (tally.Batches != assignment.Count || tally.SampleCount <= 0 || tally.SampleCount > (long)Job.Training.BatchSize * tally.Batches
            || !tally.HasPlausibleScore(Job.ScoreKind)) return RefusalReason.Implausible;
        detail = "its evolution took a time that cannot be";
        if (answer.EvolveSeconds is not (>= 0 and <= EvolveSecondsMax)) return RefusalReason.Implausible;
        detail = "its evolution is not that of the topologies it was to be made for";
        if (assignment.Ticket == Schedule.CarrierTicket && !IsOfNetwork(answer.Evolution)) return RefusalReason.Implausible;
        return Server.Admit(answer.Work.Gradients, answer.ModelVersion, tally.LossSum / tally.SampleCount, out detail);
    }

    // What came over a network may be anything: changes of earlier topologies, too, with a gradient of those, which could be carried over.
    private bool IsOfNetwork(NetworkEvolution? evolution)
    {
        var blocks = Server.Network.Parameters.Sparse;
        if (evolution is null || evolution.Changes.Count != blocks.Count) return false;
        for (var layer = 0; layer < blocks.Count; layer++)
            if (evolution.Changes[layer] is { } change && change.FromId != blocks[layer].Topology.Id) return false;
        return true;
    }
}
