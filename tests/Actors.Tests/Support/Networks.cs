using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Tests.Support;

internal static class Networks
{
    /// <summary>Topologies, values, velocities and biases of every layer, bit for bit.</summary>
    public static void AssertIdentical(Network expected, Network actual, string what)
    {
        for (var index = 0; index < expected.Parameters.Sparse.Count; index++)
        {
            var (a, b) = (expected.Parameters.Sparse[index], actual.Parameters.Sparse[index]);
            var name = $"{what}: layer {index}";
            Assert.True(a.Topology.ConnectionCount == b.Topology.ConnectionCount,
                $"{name}: {a.Topology.ConnectionCount} and {b.Topology.ConnectionCount} connections");
            for (var row = 0; row < a.Topology.OutputCount; row++)
                Assert.True(a.Topology.Row(row).SequenceEqual(b.Topology.Row(row)), $"{name}: row {row}");
            Assert.True(a.Values.Span.SequenceEqual(b.Values.Span), $"{name}: values");
            Assert.True(a.Velocities.Span.SequenceEqual(b.Velocities.Span), $"{name}: velocities");
            var (c, d) = (expected.Parameters.Dense[index], actual.Parameters.Dense[index]);
            Assert.True(c.Values.Span.SequenceEqual(d.Values.Span), $"{name}: biases");
            Assert.True(c.Velocities.Span.SequenceEqual(d.Velocities.Span), $"{name}: velocities of biases");
        }
    }

    /// <summary>The same topologies with the same history.</summary>
    public static void AssertSameTopology(Network expected, Network actual)
    {
        foreach (var (one, other) in expected.Parameters.Sparse.Zip(actual.Parameters.Sparse))
            Assert.Equal(one.Topology.Id, other.Topology.Id);
    }

    /// <summary>Values and biases, bit for bit, without velocities.</summary>
    public static void AssertSameParameters(Network expected, Network actual)
    {
        foreach (var (one, other) in expected.Parameters.Blocks.Zip(actual.Parameters.Blocks))
            Assert.True(one.Values.Span.SequenceEqual(other.Values.Span));
    }

    /// <summary>A number that differs if the values or biases of any layer do.</summary>
    public static ulong Digest(Network network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in network.Parameters.Blocks) hash.AppendData(MemoryMarshal.AsBytes(block.Values.Span));
        return BitConverter.ToUInt64(hash.GetHashAndReset());
    }
}
