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
    /// <exception cref="TrainingDivergedException">A candidate's gradient is not finite.</exception>
    public NetworkEvolution Evolve(NetworkSnapshot network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Evidence is not { } evidence) throw new ArgumentException($"{Name} needs the evidence of a batch", nameof(network));
        var fraction = Options.FractionAt(network.Update, network.UpdatesTotal);
        var candidates = new Candidates?[network.Blocks.Count];
        if (fraction == 0) return new(new Sparse.TopologyChange?[candidates.Length]);
        try
        {
            for (var layer = 0; layer < candidates.Length; layer++) candidates[layer] = Find(network, evidence, layer, fraction);
            var cost = candidates.Aggregate(default(EvolutionCost), (sum, found) => sum + (found?.Cost ?? default));
            return new(GuidedSelection.Select(network.Blocks, candidates, Options, fraction), cost);
        }
        finally
        {
            foreach (var found in candidates) found?.Dispose();
        }
    }

    /// <summary>
    /// The absent connections of a layer that may be grown, with their gradients, when <paramref name="fraction"/> of the connections is
    /// replaced; null if there are none. The caller owns them.
    /// </summary>
    internal abstract Candidates? Find(NetworkSnapshot network, BatchEvidence evidence, int layer, double fraction);
}
