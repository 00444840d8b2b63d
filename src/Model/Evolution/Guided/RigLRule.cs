namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// RigL (Evci et al., "Rigging the Lottery: Making All Tickets Winners", ICML 2020): looks at every absent connection. Memory is bounded,
/// because gradients are computed for a block of rows at a time and only the strongest are kept; computing is that of a dense layer.
/// </summary>
public sealed record RigLRule : GuidedRule
{
    /// <summary>Creates the rule; it has no use for <see cref="GuidedOptions.GrowSubset"/>.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public RigLRule(GuidedOptions options) : base(options) { }

    /// <inheritdoc/>
    public override string Name => "rigl";

    /// <inheritdoc/>
    public override bool NeedsSums => false;

    /// <inheritdoc/>
    public override IReadOnlyList<NeuronSums?> Measure(BatchEvidence evidence, int layerCount) => new NeuronSums?[layerCount];

    /// <summary>No candidates: which absent connections count is only known with their gradients.</summary>
    public override CandidateSet Draw(NetworkSnapshot network, IReadOnlyList<NeuronSums?> sums)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(new Candidates?[network.Layers.Count]);
    }

    /// <summary>Finds the strongest of all absent connections, no more than can be grown.</summary>
    public override void Differentiate(NetworkSnapshot network, CandidateSet candidates)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(candidates);
        var connectionCount = network.Layers.Sum(layer => (long)layer.Topology.ConnectionCount);
        for (var layer = 0; layer < network.Layers.Count; layer++)
        {
            var competing = Options.Budget == ConnectionBudget.Layer ? network.Layers[layer].Topology.ConnectionCount : connectionCount;
            candidates.Replace(
                layer, DenseScan.Run(network.Layers[layer], network.Evidence!, Options.Quota(competing, Fraction(network))));
        }
    }
}
