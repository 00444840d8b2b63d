namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Prunes the smallest weights of all layers, the output layer included, and grows connections by the gradients that they would have
/// in one batch. What differs between the rules is which absent connections they look at.
/// </summary>
public abstract record GuidedRule : ITopologyRule
{
    /// <summary>Creates the rule.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    protected GuidedRule(GuidedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
    }

    /// <summary>How much is replaced and when.</summary>
    public GuidedOptions Options { get; }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public bool EvolvesAfterEpochs => false;

    /// <inheritdoc/>
    public bool IsDue(long update, long updatesTotal) => Options.IsDue(update, updatesTotal);

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Evidence is not { } evidence) throw new ArgumentException($"{Name} needs the evidence of a batch", nameof(network));
        var fraction = Options.FractionAt(network.Update, network.UpdatesTotal);
        if (fraction == 0) return new(new Sparse.TopologyChange?[network.Layers.Count]);

        var candidates = new Candidates?[network.Layers.Count];
        try
        {
            var connectionCount = network.Layers.Sum(layer => (long)layer.Topology.ConnectionCount);
            for (var layer = 0; layer < candidates.Length; layer++)
            {
                var competing = Options.Budget == ConnectionBudget.Layer ? network.Layers[layer].Topology.ConnectionCount : connectionCount;
                candidates[layer] = Find(network.Layers[layer], evidence, Options.Quota(competing, fraction));
            }
            var changes = GuidedSelection.Select(network.Layers, candidates, Options, fraction);
            return new(changes, candidates.Aggregate(default(EvolutionCost), (cost, found) => cost + (found?.Cost ?? default)));
        }
        finally
        {
            foreach (var found in candidates) found?.Dispose();
        }
    }

    /// <summary>
    /// The candidates of a layer with their gradients, null if there are none; no more than the <paramref name="limit"/> strongest of them
    /// can be grown.
    /// </summary>
    protected abstract Candidates? Find(LayerSnapshot layer, BatchEvidence evidence, long limit);
}
