using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
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
    private Gradients? _mean;
    private ModelUpdater? _updater;
    private Gradients? _sent;
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
        if (_sentTicket != 0 && _sentTicket == terms.MissingTicket) _compute.AddScaled(start, _sent!, -(float)terms.Share);
        for (var index = 0; index < start.Layers.Count; index++) _network!.Layers[index].CopyParametersFrom(start.Layers[index]);
        _mean?.FitTo(_network!);
        foreach (var member in _members) member.Gradients!.FitTo(_network!);
        var optimizer = _job.PhaseOneOptimizer().Scaled(terms.RateScale);
        optimizer = optimizer with { WeightDecay = optimizer.WeightDecay * terms.RateScale };
        _updater = _job.Updater(_network!, _compute, optimizer, _job.UpdatesPerEpoch(), modelVersion, _momentSteps);
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
            Divergence.Check(_network!, member.Gradients!, member.Result.MeanLoss, Assignment.Epoch, first + index);
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
    public void Finish(Network start, Gradients difference)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(difference);
        difference.FitTo(start);
        _compute.Subtract(start, _network!, difference);
        for (var layer = 0; layer < start.Layers.Count; layer++)
        {
            _sent!.Values[layer].CopyFrom(difference.Values[layer]);
            _sent.Biases[layer].CopyFrom(difference.Biases[layer]);
        }
        _sentTicket = Assignment.Ticket;
    }

    private void MakeRoom(Network start)
    {
        (_network, _sent) = (start.Clone(), new(start));
        if (_members.Length > 1) _mean = new(start);
        foreach (var layer in _network.Layers) layer.ForgetMomentum();
        foreach (var member in _members) member.Gradients = new(start);
    }

    // Where a topology did not evolve from the one before by one change, all velocities begin again from 0.
    private void CarryOver(Network network, Network start)
    {
        var isBroken = false;
        for (var index = 0; index < network.Layers.Count; index++)
        {
            SparseLayer layer = network.Layers[index], next = start.Layers[index];
            if (next.Topology.IsSame(layer.Topology)) continue;
            if (next.Topology.ParentId == layer.Topology.Id)
            {
                using var change = TopologyChange.Between(layer.Topology, next.Topology);
                layer.Apply(change);
                _sent!.RetainValid(index, change);
                continue;
            }
            layer.CopyFrom(next);
            isBroken = true;
        }
        start.LivingNeurons.CopyTo(network.LivingNeurons, 0);
        if (!isBroken) return;
        foreach (var layer in network.Layers) layer.ForgetMomentum();
        _sent!.FitTo(network);
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
