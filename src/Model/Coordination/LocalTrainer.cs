using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// A worker that trains by itself: a step with every batch of a hand-out, then by how much its parameters fell (local SGD; Stich, arXiv
/// 1805.09767). Velocities are its own and last from one hand-out to the next; through an evolution connections keep theirs. One caller at a
/// time.
/// </summary>
internal sealed class LocalTrainer(TrainingJob job, ShardGradients gradients) : IDisposable
{
    private Network? _network;
    private Gradients? _gradients;
    private ModelUpdater? _updater;
    private Gradients? _sent;
    private long _sentTicket;
    private long _momentSteps;

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
        if (_network is null) (_network, _gradients, _sent) = (start.Clone(), new(start), new(start));
        else CarryOver(_network, start);
        if (_sentTicket != 0 && _sentTicket == terms.MissingTicket)
            gradients.Compute.AddScaled(start, _sent!, -(float)terms.Share);
        CopyParameters(start, _network);
        _gradients!.FitTo(_network);
        var optimizer = job.PhaseOneOptimizer().Scaled(terms.RateScale);
        optimizer = optimizer with { WeightDecay = optimizer.WeightDecay * terms.RateScale };
        _updater = job.Updater(_network, gradients.Compute, optimizer, job.UpdatesPerEpoch(), modelVersion, _momentSteps);
    }

    /// <summary>A step with the next batch.</summary>
    /// <param name="evolve">Looks at the network and at what the batch left behind, before the step; null if nobody does.</param>
    /// <exception cref="TrainingDivergedException">The gradient is not finite; the network is as before the batch.</exception>
    public void TrainBatch(Action<Network>? evolve = null)
    {
        var batch = Assignment.Batch + Tally.Batches;
        var result = gradients.Gradient(_network!, Assignment.Shard, Assignment.Epoch, batch, _gradients!);
        Divergence.Check(_network!, _gradients!, result.MeanLoss, Assignment.Epoch, batch);
        evolve?.Invoke(_network!);
        _updater!.Apply(_gradients!);
        _momentSteps++;
        Tally = Tally.Plus(result);
    }

    /// <summary>Writes by how much the parameters fell since <paramref name="start"/> to <paramref name="difference"/>.</summary>
    public void Finish(Network start, Gradients difference)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(difference);
        difference.FitTo(start);
        gradients.Compute.Subtract(start, _network!, difference);
        for (var layer = 0; layer < start.Layers.Count; layer++)
        {
            _sent!.Values[layer].CopyFrom(difference.Values[layer]);
            _sent.Biases[layer].CopyFrom(difference.Biases[layer]);
        }
        _sentTicket = Assignment.Ticket;
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

    private static void CopyParameters(Network from, Network to)
    {
        for (var index = 0; index < from.Layers.Count; index++)
        {
            to.Layers[index].Values.CopyFrom(from.Layers[index].Values);
            to.Layers[index].Bias.Values.CopyFrom(from.Layers[index].Bias.Values);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network?.Dispose();
        _gradients?.Dispose();
        _sent?.Dispose();
    }
}
