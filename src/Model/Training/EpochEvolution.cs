using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Training;

/// <summary>
/// What happens to the topologies at the end of an epoch: they evolve, if that is when their rule does it, then importance pruning strikes
/// when it is due (wasap specification, sections 3 to 5). Holds the changes until it is disposed of, for gradients that are under way and
/// for other replicas.
/// </summary>
internal sealed class EpochEvolution : IDisposable
{
    /// <summary>
    /// Takes over the changes. <paramref name="livingNeurons"/> are the neurons of each hidden layer that live afterwards; null if none
    /// died.
    /// </summary>
    public EpochEvolution(IReadOnlyList<IReadOnlyList<TopologyChange?>> steps, IReadOnlyList<LivingNeurons?>? livingNeurons)
    {
        ArgumentNullException.ThrowIfNull(steps);
        Steps = steps;
        LivingNeurons = livingNeurons;
        foreach (var step in steps) Summary = Summary.Plus(step);
    }

    /// <summary>
    /// The changes in the order in which they were applied; each step has one for every layer, null where nothing changed.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<TopologyChange?>> Steps { get; }

    /// <summary>Totals of all steps.</summary>
    public EvolutionSummary Summary { get; }

    /// <summary>The neurons of each hidden layer that live afterwards; null if importance pruning was not due.</summary>
    public IReadOnlyList<LivingNeurons?>? LivingNeurons { get; }

    /// <summary>Whether anything is to happen after epoch <paramref name="epoch"/>, counted from 0.</summary>
    public static bool IsDue(TrainingOptions options, int epoch)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Rule.EvolvesAfterEpochs || options.ImportancePruning?.IsDue(epoch) == true;
    }

    /// <summary>
    /// What happens to <paramref name="network"/>, which stays as it is, after epoch <paramref name="epoch"/>, counted from 0. The result
    /// depends on the network, the options, the seed and the epoch alone.
    /// </summary>
    public static EpochEvolution Of(Network network, TrainingOptions options, RandomSource random, int epoch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        var steps = new List<IReadOnlyList<TopologyChange?>>();
        if (options.Rule.EvolvesAfterEpochs)
        {
            var snapshot = NetworkSnapshot.Of(network, random, epoch) with { Update = epoch, UpdatesTotal = options.Epochs };
            steps.Add(options.Rule.Evolve(snapshot).Changes);
        }
        if (options.ImportancePruning is not { } importance || !importance.IsDue(epoch)) return new(steps, null);

        // Which neurons are important depends on the connections that are there by then.
        using var evolved = steps.Count > 0 ? network.Clone() : null;
        if (evolved is not null) NetworkEvolution.Apply(evolved.Parameters, steps[0]);
        var pruning = ImportancePruning.Compute(evolved ?? network, importance.Percentile, importance.MinimumLiving);
        steps.Add(pruning.Changes);
        return new(steps, pruning.LivingNeurons);
    }

    /// <summary>Evolves <paramref name="network"/> after epoch <paramref name="epoch"/>, as <see cref="Of"/> says.</summary>
    public static EpochEvolution Run(Network network, TrainingOptions options, RandomSource random, int epoch)
    {
        var evolution = Of(network, options, random, epoch);
        evolution.Apply(network);
        return evolution;
    }

    /// <summary>
    /// Does the same to another replica, whatever its values: survivors keep its own, grown connections get the same values.
    /// </summary>
    /// <exception cref="InvalidOperationException">The replica's topologies are not those that evolved.</exception>
    public void Apply(Network replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        foreach (var step in Steps) NetworkEvolution.Apply(replica.Parameters, step);
        for (var hidden = 0; hidden < (LivingNeurons?.Count ?? 0); hidden++) replica.LivingNeurons[hidden] = LivingNeurons![hidden];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var step in Steps)
            foreach (var change in step) change?.Dispose();
    }
}
