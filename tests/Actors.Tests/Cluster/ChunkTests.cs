using ActorSparse.Actors.Cluster;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class ChunkTests
{
    [Fact]
    public void Messages_of_any_size_arrive_whole_and_in_order_with_no_more_pieces_under_way_than_allowed()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var random = new RandomSource(seed).Stream("chunks");
            var chunkBytes = 1 + random.NextInt32(50);
            var window = 1 + random.NextInt32(5);
            var sender = new ChunkSender(chunkBytes, window);
            var receiver = new ChunkReceiver(1000);
            byte[][] messages = [.. Enumerable.Range(0, 20).Select(index => Message(random.NextInt32(300), (byte)index))];
            foreach (var message in messages) sender.Add("m", message);
            var underWay = new Queue<Nodes.Chunk>();
            var arrived = new List<byte[]>();
            while (!sender.IsIdle)
            {
                while (sender.Next() is { } chunk) underWay.Enqueue(chunk);
                Assert.InRange(underWay.Count, 1, window);
                var next = underWay.Dequeue();
                Assert.InRange(next.Bytes.Length, 0, chunkBytes);
                if (receiver.TryAdd(next, out var whole)) arrived.Add(whole);
                sender.OnArrived(new(next.TransferId, next.Index));
            }
            Assert.Equal(messages, arrived);
            Assert.Equal(0, receiver.Refused);
        }
    }

    [Fact]
    public void A_lost_piece_costs_the_messages_under_way_and_nothing_after_them()
    {
        var sender = new ChunkSender(chunkBytes: 10, windowChunks: 2);
        var receiver = new ChunkReceiver(1000);
        sender.Add("m", Message(35, 1));
        sender.Add("m", Message(25, 2));
        Assert.False(receiver.TryAdd(sender.Next()!, out _));
        var late = sender.Next()!;
        Assert.Null(sender.Next());
        sender.OnLost();
        var arrived = new List<byte[]>();
        while (sender.Next() is { } chunk)
        {
            if (receiver.TryAdd(chunk, out var whole)) arrived.Add(whole);
            // What is said of pieces before the loss changes nothing.
            sender.OnArrived(new(late.TransferId, late.Index));
            sender.OnArrived(new(chunk.TransferId, chunk.Index));
        }
        Assert.Equal([Message(25, 2)], arrived);
        Assert.True(sender.IsIdle);
        Assert.False(receiver.TryAdd(late, out _));
        Assert.Equal(1, receiver.Refused);
    }

    [Fact]
    public void Pieces_that_are_repeated_out_of_order_or_too_large_are_refused()
    {
        var receiver = new ChunkReceiver(messageBytesMax: 30);
        Nodes.Chunk Piece(long transfer, int index, int total, int count) => new(transfer, index, total, "m", Message(count, 3));
        Nodes.Chunk[] refused =
        [
            Piece(1, 1, 20, 10), Piece(1, 0, 31, 10), Piece(2, 0, -1, 10), Piece(3, 0, int.MaxValue, 10), Piece(4, 0, 5, 10),
            Piece(5, 0, 20, 0),
        ];
        foreach (var piece in refused) Assert.False(receiver.TryAdd(piece, out _));
        Assert.Equal(refused.Length, receiver.Refused);
        Assert.False(receiver.TryAdd(Piece(6, 0, 20, 10), out _));
        Assert.False(receiver.TryAdd(Piece(6, 0, 20, 10), out _));
        Assert.False(receiver.TryAdd(Piece(6, 1, 21, 10), out _));
        Assert.Equal(refused.Length + 2, receiver.Refused);
        Assert.True(receiver.TryAdd(Piece(6, 1, 20, 10), out var whole));
        Assert.Equal(20, whole.Length);
        Assert.False(receiver.TryAdd(Piece(6, 1, 20, 10), out _));
    }

    private static byte[] Message(int length, byte fill) => [.. Enumerable.Range(0, length).Select(index => (byte)(fill + index))];
}
