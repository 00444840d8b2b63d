using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Wire;

namespace ActorSparse.Model.Tests.Wire;

public sealed class EncodedChangesTests
{
    [Fact]
    public void A_change_is_kept_for_all_workers_and_is_as_by_a_codec_that_has_told_nobody()
    {
        var network = Create([900, 700, 3], seed: 5);
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

        // Once the one before is forgotten it could not be encoded again.
        network.Dispose();
        for (ulong seed = 1; seed <= 9; seed++)
        {
            using var another = Create([30, 20], seed);
            codec.Remember(another.Parameters.Sparse[0].Topology);
        }
        Assert.Equal(expected, Write(codec, change.To, [from.Id]));
    }

    [Fact]
    public void Changes_are_bounded_in_number_and_bytes_and_the_oldest_go_first()
    {
        var (changes, encoded) = (new EncodedChanges(countMax: 3, bytesMax: 100), 0);
        IReadOnlyList<byte[]>? Get(ulong to, int bytes) => changes.Get(1, to, writer =>
        {
            encoded++;
            writer.Raw(new byte[bytes]);
            return true;
        });
        for (ulong to = 1; to <= 4; to++) Get(to, 10);
        Assert.Equal((30, 4), (changes.Bytes, encoded));
        Get(2, 10);
        Assert.Equal(4, encoded);
        Get(1, 10);
        Assert.Equal(5, encoded);
        // One that is too large for all is written and not kept.
        Assert.Equal(101, Get(9, 101)!.Sum(piece => piece.Length));
        Assert.Equal(30, changes.Bytes);
        Get(5, 85);
        Assert.Equal(95, changes.Bytes);
        Assert.Null(changes.Get(1, 6, _ => false));
        Assert.Equal(95, changes.Bytes);
        encoded = 0;
        Parallel.For(0, 8, worker => Get(7, 5));
        Assert.Equal(1, encoded);
    }

    private static Network Create(int[] sizes, ulong seed) => Network.Create(new() { LayerSizes = sizes, Epsilon = 20 }, new RandomSource(seed));

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
