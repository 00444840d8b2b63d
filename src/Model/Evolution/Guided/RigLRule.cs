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

    /// <summary>Finds the strongest of all absent connections, no more than can be grown.</summary>
    internal override Candidates? Find(NetworkSnapshot network, BatchEvidence evidence, int layer, double fraction)
    {
        ArgumentNullException.ThrowIfNull(network);
        var competing = Options.Budget == ConnectionBudget.Layer
            ? network.Blocks[layer].Topology.ConnectionCount : network.Blocks.Sum(other => (long)other.Topology.ConnectionCount);
        return DenseScan.Run(network.Blocks[layer], evidence, Options.Quota(competing, fraction));
    }
}
