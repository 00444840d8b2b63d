using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Actors.Tests.Support;

internal static class Networks
{
    /// <summary>Topologies, values and velocities of every block, running averages among them, bit for bit.</summary>
    public static void AssertIdentical(Network expected, Network actual, string what)
    {
        var layout = expected.Parameters.Layout;
        Assert.Equal(layout, actual.Parameters.Layout);
        for (var index = 0; index < layout.Blocks.Count; index++)
        {
            var (a, b) = (expected.Parameters.Blocks[index], actual.Parameters.Blocks[index]);
            var name = $"{what}: {layout.Blocks[index].Name}";
            if (a is SparseBlock before && b is SparseBlock after) AssertSameConnections(before.Topology, after.Topology, name);
            Assert.True(a.Values.Span.SequenceEqual(b.Values.Span), $"{name}: values");
            Assert.True(a.Velocities.Span.SequenceEqual(b.Velocities.Span), $"{name}: velocities");
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

    private static void AssertSameConnections(Topology expected, Topology actual, string name)
    {
        var (wanted, found) = (expected.ConnectionCount, actual.ConnectionCount);
        Assert.True(wanted == found, $"{name}: {wanted} and {found} connections");
        for (var row = 0; row < expected.OutputCount; row++)
            Assert.True(expected.Row(row).SequenceEqual(actual.Row(row)), $"{name}: row {row}");
    }
}
