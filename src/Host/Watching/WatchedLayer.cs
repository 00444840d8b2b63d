using System.Globalization;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Watching;

/// <summary>A layer, or another block of connections, of a network that trains.</summary>
/// <param name="Name">Its name: "layer 2", or the block's in a network that is no chain.</param>
/// <param name="Inputs">Columns.</param>
/// <param name="Outputs">Rows.</param>
internal sealed record WatchedLayer(string Name, int Inputs, int Outputs)
{
    /// <summary>Those of <paramref name="network"/>, in the order of its numbers of connections.</summary>
    public static IReadOnlyList<WatchedLayer> Of(Network network) => [.. network.Parameters.Layout.Sparse.Select((block, index) => new WatchedLayer(
        network.Spec.IsChain ? string.Create(CultureInfo.InvariantCulture, $"layer {index + 1}") : block.Name, block.Columns, block.Rows))];

    /// <summary>The share of the possible connections that <paramref name="connections"/> leave out.</summary>
    public double Sparsity(int connections) => 1 - connections / ((double)Inputs * Outputs);
}
