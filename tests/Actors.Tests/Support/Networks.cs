using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
            Assert.True(a.Bias.Values.Span.SequenceEqual(b.Bias.Values.Span), $"{name}: biases");
            Assert.True(a.Bias.Velocities.Span.SequenceEqual(b.Bias.Velocities.Span), $"{name}: velocities of biases");
        }
    }

    /// <summary>The same topologies with the same history.</summary>
    public static void AssertSameTopology(Network expected, Network actual)
    {
        foreach (var (one, other) in expected.Layers.Zip(actual.Layers)) Assert.Equal(one.Topology.Id, other.Topology.Id);
    }

    /// <summary>Values and biases, bit for bit, without velocities.</summary>
    public static void AssertSameParameters(Network expected, Network actual)
    {
        foreach (var (one, other) in expected.Layers.Zip(actual.Layers))
        {
            Assert.True(one.Values.Span.SequenceEqual(other.Values.Span));
            Assert.True(one.Bias.Values.Span.SequenceEqual(other.Bias.Values.Span));
        }
    }

    /// <summary>A number that differs if the values or biases of any layer do.</summary>
    public static ulong Digest(Network network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var layer in network.Layers)
        {
            hash.AppendData(MemoryMarshal.AsBytes(layer.Values.Span));
            hash.AppendData(MemoryMarshal.AsBytes(layer.Bias.Values.Span));
        }

        return BitConverter.ToUInt64(hash.GetHashAndReset());
    }
}
