using ActorSparse.Model.Evolution;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace OwnRule;

/// <summary>
/// After every epoch replaces the weakest connections of each hidden layer; new ones prefer inputs that have many already (preferential
/// attachment, Barabasi and Albert 1999). A pure function of the snapshot: all that is random comes from its stream.
/// </summary>
internal sealed class PreferentialRule : ITopologyRule
{
    private const double Fraction = 0.2;
    private const int TriesMax = 20;

    public string Name => "preferential";

    public NetworkEvolution Evolve(NetworkSnapshot network) => NetworkEvolution.OfHiddenLayers(network, Evolve);

    private static TopologyChange? Evolve(BlockSnapshot layer)
    {
        var (topology, random) = (layer.Topology, layer.Random);
        var count = (int)(Fraction * topology.ConnectionCount);
        // A connection drawn at random names its input: the more an input has, the more often.
        var columns = Enumerable.Range(0, topology.OutputCount).SelectMany(row => topology.Row(row).ToArray()).ToArray();
        var grown = new SortedSet<long>();
        for (var tries = 0; grown.Count < count && tries < TriesMax * count; tries++)
        {
            var (row, column) = (random.NextInt32(topology.OutputCount), columns[random.NextInt32(columns.Length)]);
            if (topology.Find(row, column) < 0) grown.Add((long)row * topology.InputCount + column);
        }
        if (grown.Count == 0) return null;

        var magnitudes = layer.Values.Span.ToArray().Select(Math.Abs).ToArray();
        using var removed = new NativeBuffer<byte>(topology.ConnectionCount);
        foreach (var weakest in Enumerable.Range(0, magnitudes.Length).OrderBy(index => magnitudes[index]).Take(grown.Count)) removed[weakest] = 1;
        return TopologyEdit.Build(topology, removed, [.. grown]); // what is grown begins at 0
    }
}
