using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Wire;

namespace ActorSparse.Model.Tests.Wire;

public sealed class EncodedChangesTests
{
    [Fact]
    public void A_change_is_encoded_once_for_all_workers_and_as_by_a_codec_that_has_told_nobody()
    {
        using var network = Network.Create(new() { LayerSizes = [900, 700, 3], Epsilon = 20 }, new RandomSource(5));
        var from = network.Parameters.Sparse[0].Topology;
        using var change = Change(from, every: 3);
        using TopologyCodec codec = new(), other = new();
        codec.Remember(from);
        other.Remember(from);
        var expected = Write(other, change.To, [from.Id]);
        // In more than one piece, and not as index arrays.
        Assert.InRange(expected.Length, 20_000, 4 * change.To.ConnectionCount / 2);
        var messages = new byte[8][];
        Parallel.For(0, messages.Length, worker => messages[worker] = Write(codec, change.To, [3, from.Id]));
        Assert.All(messages, message => Assert.Equal(expected, message));
        Assert.Equal(1, codec.EncodedCount);

        // Those who know it, or know another, cost nothing.
        Write(codec, change.To, [change.To.Id]);
        Write(codec, change.To, []);
        Assert.Equal(1, codec.EncodedCount);
        using var next = Change(change.To, every: 5);
        Write(codec, next.To, [change.To.Id]);
        Write(codec, change.To, [from.Id]);
        Assert.Equal(2, codec.EncodedCount);
    }

    [Fact]
    public void Changes_are_bounded_in_number_and_bytes_and_the_oldest_go_first()
    {
        var changes = new EncodedChanges(countMax: 3, bytesMax: 100);
        IReadOnlyList<byte[]>? Get(ulong to, int bytes) => changes.Get(1, to, writer =>
        {
            writer.Raw(new byte[bytes]);
            return true;
        });
        for (ulong to = 1; to <= 4; to++) Get(to, 10);
        Assert.Equal((30, 4), (changes.Bytes, changes.EncodedCount));
        Get(2, 10);
        Assert.Equal(4, changes.EncodedCount);
        Get(1, 10);
        Assert.Equal(5, changes.EncodedCount);
        // One that is too large for all is written and not kept.
        Assert.Equal(101, Get(9, 101)!.Sum(piece => piece.Length));
        Assert.Equal(30, changes.Bytes);
        Get(5, 85);
        Assert.Equal(95, changes.Bytes);
        Assert.Null(changes.Get(1, 6, _ => false));
        Assert.Equal(95, changes.Bytes);
    }

    private static TopologyChange Change(Topology from, int every)
    {
        using var removed = new NativeBuffer<byte>(from.ConnectionCount);
        for (var position = 0; position < removed.Length; position += every) removed[position] = 1;
        var grown = new List<long>();
        for (var row = 0; row < from.OutputCount; row++)
            for (var column = row % every; column < from.InputCount; column += 20 * every)
                if (from.Find(row, column) < 0) grown.Add((long)row * from.InputCount + column);
        return TopologyEdit.Build(from, removed, [.. grown]);
    }

    private static byte[] Write(TopologyCodec codec, Topology topology, IReadOnlyList<ulong> known)
    {
        var writer = new WireWriter();
        codec.Write(writer, topology, known);
        using var bytes = writer.Finish();
        return bytes.ToArray();
    }
}
