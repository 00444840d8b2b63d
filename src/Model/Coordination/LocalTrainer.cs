using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// A worker that trains by itself: a step with every batch of a hand-out, then by how much its parameters fell (local SGD; Stich, arXiv
/// 1805.09767). Velocities are its own and last from one hand-out to the next; through an evolution connections keep theirs. Several threads
/// compute a batch each, and a step goes along the mean of their gradients: two threads on one batch gain less (docs/performance.md). One
/// caller at a time.
/// </summary>
internal sealed class LocalTrainer : IDisposable
{
    private readonly TrainingJob _job;
    private readonly NetworkCompute _compute;
    private readonly ThreadTeam _team;
    private readonly LocalTrainerMember[] _members;
    private Network? _network;
    private GradientSet? _mean;
    private ModelUpdater? _updater;
    private GradientSet? _sent;
    private long _sentTicket;
    private long _momentSteps;

    /// <summary>Computes as <paramref name="gradients"/> do, which stay the caller's, on as many threads.</summary>
    public LocalTrainer(TrainingJob job, ShardGradients gradients)
    {
        _job = job;
        _compute = gradients.Compute;
        _team = new(gradients.Threads);
        _members = gradients.Threads == 1 ? [new(gradients, owns: false)]
            : [.. Enumerable.Range(0, gradients.Threads).Select(_ => new LocalTrainerMember(gradients.OnOneThread(), owns: true))];
    }

    /// <summary>Its own parameters and velocities; null before the first hand-out.</summary>
    public Network? Network => _network;

    /// <summary>The hand-out it works on.</summary>
    public Assignment Assignment { get; private set; }

    /// <summary>Sums over the batches of the hand-out so far.</summary>
    public TrainingTally Tally { get; private set; }

    /// <summary>Whether all batches of the hand-out are done.</summary>
    public bool IsFinished => Tally.Batches == Assignment.Count;

    /// <summary>
    /// Begins a hand-out. <paramref name="start"/> has the coordinator's parameters of <paramref name="modelVersion"/> and becomes where
    /// training begins: what this worker sent and they do not have yet is made up for.
    /// </summary>
    public void Begin(Assignment assignment, long modelVersion, LocalSteps terms, Network start)
    {
        ArgumentNullException.ThrowIfNull(start);
        (Assignment, Tally) = (assignment, default);
        if (_network is null) MakeRoom(start);
        else CarryOver(_network, start);
        if (_sentTicket != 0 && _sentTicket == terms.MissingTicket) _compute.AddScaled(start.Parameters, _sent!, -(float)terms.Share);
        _network!.Parameters.CopyValuesFrom(start.Parameters);
        _mean?.FitTo(_network.Parameters);
        foreach (var member in _members) member.Gradients!.FitTo(_network.Parameters);
        var optimizer = _job.PhaseOneOptimizer().Scaled(terms.RateScale);
        optimizer = optimizer with { WeightDecay = optimizer.WeightDecay * terms.RateScale };
        _updater = _job.Updater(_network.Parameters, _compute, optimizer, _job.UpdatesPerEpoch(), modelVersion, _momentSteps);
    }

    /// <summary>A step with the next batch, or on several threads with the next ones.</summary>
    /// <param name="evolve">Looks at the network and at what the batch left behind, before the step; null if nobody does.</param>
    /// <exception cref="TrainingDivergedException">A gradient is not finite; the network is as before the step.</exception>
    public void Step(Action<Network, ShardGradients>? evolve = null)
    {
        var count = Math.Min(_members.Length, Assignment.Count - Tally.Batches);
        var first = Assignment.Batch + Tally.Batches;
        _team.Run((Trainer: this, count, first), static (pass, index) =>
        {
            if (index < pass.count) pass.Trainer._members[index].Compute(pass.Trainer._network!, pass.Trainer.Assignment, pass.first + index);
        });
        var tally = Tally;
        for (var index = 0; index < count; index++)
        {
            var member = _members[index];
            Divergence.Check(_network!.Parameters, member.Gradients!, member.Result.MeanLoss, Assignment.Epoch, first + index);
            tally = tally.Plus(member.Result);
        }
        evolve?.Invoke(_network!, _members[0].Source);
        if (count == 1)
        {
            _updater!.Apply(_members[0].Gradients!);
        }
        else
        {
            Averaging.Average([.. _members.Take(count).Select(member => member.Gradients!)], _mean!);
            _updater!.Apply(_mean!, _job.AveragingRateFactor(count), count);
        }
        _momentSteps++;
        Tally = tally;
    }

    /// <summary>Writes by how much the parameters fell since <paramref name="start"/> to <paramref name="difference"/>.</summary>
    public void Finish(Network start, GradientSet difference)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(difference);
        difference.FitTo(start.Parameters);
        _compute.Subtract(start.Parameters, _network!.Parameters, difference);
        foreach (var (sent, values) in _sent!.Blocks.Zip(difference.Blocks)) sent.CopyFrom(values);
        _sentTicket = Assignment.Ticket;
    }

    private void MakeRoom(Network start)
    {
        (_network, _sent) = (start.Clone(), new(start.Parameters));
        if (_members.Length > 1) _mean = new(start.Parameters);
        _network.Parameters.ForgetMomentum();
        foreach (var member in _members) member.Gradients = new(start.Parameters);
    }

    // Where a topology did not evolve from the one before by one change, all velocities begin again from 0.
    private void CarryOver(Network network, Network start)
    {
        var isBroken = false;
        for (var index = 0; index < network.Parameters.Sparse.Count; index++)
        {
            SparseBlock block = network.Parameters.Sparse[index], next = start.Parameters.Sparse[index];
            if (next.Topology.IsSame(block.Topology)) continue;
            if (next.Topology.ParentId == block.Topology.Id)
            {
                using var change = TopologyChange.Between(block.Topology, next.Topology);
                block.Apply(change);
                _sent!.RetainValid(index, change);
                continue;
            }
            block.CopyFrom(next);
            isBroken = true;
        }
        start.LivingNeurons.CopyTo(network.LivingNeurons, 0);
        if (!isBroken) return;
        network.Parameters.ForgetMomentum();
        _sent!.FitTo(network.Parameters);
        (_momentSteps, _sentTicket) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in _members) member.Dispose();
        _team.Dispose();
        _network?.Dispose();
        _mean?.Dispose();
        _sent?.Dispose();
    }
}
