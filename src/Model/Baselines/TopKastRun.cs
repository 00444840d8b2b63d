using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// Top-KAST in one run. Every connection has its weight in one place: the network in training has the forward sets; two more of its shape
/// have those that only get gradients, and the rest. So the forward pass costs what the sparse network does, and no copy can be out of date.
/// </summary>
internal sealed class TopKastRun : DenseRun
{
    private readonly TopKastRule _rule;
    private readonly Network _explored;
    private readonly Network _dormant;
    private readonly GradientSet _gradients;
    private readonly ModelUpdater _updater;

    /// <summary>Begins, or goes on with what was kept.</summary>
    public TopKastRun(TopKastRule rule, DenseRunContext context) : base(context)
    {
        _rule = rule;
        var isKept = context.Kept is [not null, not null];
        if (!isKept && context.State.UpdateCount > 0)
            throw new InvalidInputException($"rule {TopKastRule.RuleName}: the checkpoint lacks the weights that the network does not use; expected those of a run's last checkpoint");
        _explored = isKept ? context.Kept[0]!.Clone() : Empty(context.Network);
        _dormant = isKept ? context.Kept[1]!.Clone() : Empty(context.Network);
        _gradients = new(_explored.Parameters);
        // What does not take part is held back the more, the fewer do: that keeps the sets apart.
        var options = context.Options.Optimizer.Scaled(context.State.RateScale);
        options = options with { WeightDecay = Math.Min(options.WeightDecay / (1 - rule.Sparsity), 0.5) };
        _updater = new(
            _explored.Parameters, context.Compute, options, context.BatchCount, context.Options.Epochs, context.State.UpdateCount,
            context.State.LastLearningRate);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Network> Kept => [_explored, _dormant];

    /// <inheritdoc/>
    public override void BeginRound(int round)
    {
        var full = FullNetwork.Create(Context.Network.Spec, Context.Random).Parameters;
        for (var block = 0; block < full.Dense.Count; block++) Context.Network.Parameters.Dense[block].CopyFrom(full.Dense[block]);
        for (var block = 0; block < full.Sparse.Count; block++) Choose(block, full.Sparse[block]);
        full.Dispose();
        _gradients.FitTo(_explored.Parameters);
    }

    /// <inheritdoc/>
    public override (EvolutionSummary Summary, EvolutionCost Cost) AfterUpdate(long update, BatchEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var cost = default(EvolutionCost);
        for (var block = 0; block < _explored.Parameters.Sparse.Count; block++)
        {
            var topology = _explored.Parameters.Sparse[block].Topology;
            evidence.Differentiate(block, topology, _gradients.Sparse[block]);
            cost += Candidates.CostOfGradients(topology.ConnectionCount, evidence.TermsPerGradient(block));
        }
        var (epoch, batch) = Math.DivRem(update, Context.BatchCount);
        Divergence.Check(_explored.Parameters, _gradients, 0, (int)epoch, (int)batch);
        _updater.Apply(_gradients);
        var summary = default(EvolutionSummary);
        if (!_rule.IsRefreshDue(update, Context.UpdatesTotal)) return (summary, cost);
        for (var block = 0; block < _explored.Parameters.Sparse.Count; block++) summary += Choose(block, null);
        _gradients.FitTo(_explored.Parameters);
        return (summary, cost);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _explored.Dispose();
            _dormant.Dispose();
            _gradients.Dispose();
        }
        base.Dispose(disposing);
    }

    // Deals the connections of a block to the three sets: those of all three or, at first, of a block that has them all.
    private EvolutionSummary Choose(int block, SparseBlock? all)
    {
        SparseBlock[] sets = [.. new[] { Context.Network, _explored, _dormant }.Select(network => network.Parameters.Sparse[block])];
        var topology = sets[0].Topology;
        using var pool = new WeightPool(topology.InputCount, topology.OutputCount);
        foreach (var set in all is null ? sets : [all]) pool.Take(set);
        var (forward, both) = _rule.Counts((long)topology.InputCount * topology.OutputCount);
        pool.Rank(forward, both);
        var survivors = all is null ? pool.CountIn(sets[0], WeightPool.Forward) : 0;
        if (all is null && survivors == forward && pool.CountIn(sets[1], WeightPool.Explored) == both - forward) return default;

        var pruned = all is null ? sets[0].Topology.ConnectionCount - survivors : 0;
        for (byte rank = 0; rank < sets.Length; rank++) pool.Give(rank, sets[rank]);
        // Weights that wait do not move, and come back without momentum.
        sets[WeightPool.Dormant].ForgetMomentum();
        return new(pruned, all is null ? forward - survivors : 0);
    }

    // A network of this shape with parameters that are all 0, and no connections.
    private static Network Empty(Network network)
    {
        var layout = network.Parameters.Layout;
        Topology[] topologies = [.. layout.Sparse.Select(block =>
            new Topology(block.Columns, block.Rows, new(block.Rows + 1L), new(0)))];
        var empty = new Network(network.Spec, ParameterSet.Zero(layout, topologies));
        foreach (var topology in topologies) topology.Dispose();
        return empty;
    }
}
