using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Tests.Support;

internal static class Networks
{
    /// <summary>Topologies, values, velocities and biases of every layer, bit for bit.</summary>
    public static void AssertIdentical(Network expected, Network actual, string what)
    {
        for (var index = 0; index < expected.Layers.Count; index++)
        {
            var (a, b) = (expected.Layers[index], actual.Layers[index]);
            var name = $"{what}: layer {index}";
            Assert.True(a.Topology.ConnectionCount == b.Topology.ConnectionCount,
                $"{name}: {a.Topology.ConnectionCount} and {b.Topology.ConnectionCount} connections");
            for (var row = 0; row < a.Topology.OutputCount; row++)
                Assert.True(a.Topology.Row(row).SequenceEqual(b.Topology.Row(row)), $"{name}: row {row}");
            Assert.True(a.Values.Span.SequenceEqual(b.Values.Span), $"{name}: values");
            Assert.True(a.Velocities.Span.SequenceEqual(b.Velocities.Span), $"{name}: velocities");
            Assert.True(a.Biases.Span.SequenceEqual(b.Biases.Span), $"{name}: biases");
            Assert.True(a.BiasVelocities.Span.SequenceEqual(b.BiasVelocities.Span), $"{name}: velocities of biases");
        }
    }
}
