namespace ActorSparse.Model.Evolution;

/// <summary>Leaves every layer as it is.</summary>
public sealed record StaticRule : ITopologyRule
{
    /// <inheritdoc/>
    public string Name => "static";

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network) => NetworkEvolution.OfHiddenLayers(network, _ => null);
}
