using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Wire;
using Akka.Actor;
using CsCheck;

namespace ActorSparse.Actors.Tests.Serialization;

public sealed class ChunkTests
{
    [Fact]
    public void Messages_of_any_size_arrive_whole_and_in_order_with_no_more_pieces_under_way_than_allowed() =>
        (from chunkBytes in Gen.Int[1, 50]
         from window in Gen.Int[1, 5]
         from messages in Gen.Byte.Array[1, 300].Array[1, 20]
         select (chunkBytes, window, messages)).ForAll(200, (chunkBytes, window, messages) =>
        {
            var sender = new ChunkSender(window);
            var receiver = new ChunkReceiver(100_000);
            foreach (var message in messages) sender.Add("m", Written(message, chunkBytes));
            var underWay = new Queue<MessageChunk>();
            var arrived = new List<byte[]>();
            while (!sender.IsIdle)
            {
                while (sender.Next() is { } chunk) underWay.Enqueue(Copied(chunk));
                Assert.InRange(underWay.Count, 1, window);
                var next = underWay.Dequeue();
                Assert.InRange(next.Bytes.Length, 1, chunkBytes);
                if (receiver.TryAdd(next, out var pieces)) arrived.Add(Joined(pieces));
                Assert.True(sender.OnArrived(next.TransferId, next.Index));
            }
            Assert.Equal(messages, arrived);
            Assert.Equal(0, receiver.Refused);
        });

    [Fact]
    public async Task Layers_larger_than_a_frame_pass_in_pieces_below_it_and_are_read_from_those_pieces()
    {
        const int ChunkBytes = 4096;
        var system = ActorSystem.Create("chunks", TestSettings.Hocon);
        using var here = new ProtocolSerializer((ExtendedActorSystem)system);
        using var there = new ProtocolSerializer((ExtendedActorSystem)system);
        var spec = new NetworkSpec { LayerSizes = [300, 200, 10], Epsilon = 40 };
        using var network = Network.Create(spec, new RandomSource(3));
        Assert.All(network.Parameters.Sparse.Take(1), layer => Assert.InRange(layer.Values.Bytes, 10 * ChunkBytes, long.MaxValue));
        var sender = new ChunkSender(windowChunks: 4);
        var receiver = new ChunkReceiver(10_000_000);
        sender.Add("1p", here.Write(
            new PhaseOne.Parameters(1, "w", 1, 1, 1, new(1, 0, 0, 0), false, RefusalReason.None, [], new(WorkSet.For(network))),
            new WireWriter(ChunkBytes)));
        object? message = null;
        while (sender.Next() is { } chunk)
        {
            Assert.InRange(chunk.Bytes.Length, 1, ChunkBytes);
            if (receiver.TryAdd(Copied(chunk), out var pieces)) message = there.Read(pieces, chunk.Manifest);
            sender.OnArrived(chunk.TransferId, chunk.Index);
        }
        Assert.True(Assert.IsType<PhaseOne.Parameters>(message).Work.TryTake(out var work));
        for (var layer = 0; layer < network.Parameters.Sparse.Count; layer++)
            Assert.True(network.Parameters.Sparse[layer].Values.Span.SequenceEqual(work.Replica.Parameters.Sparse[layer].Values.Span));
        work.Dispose();
        await system.Terminate();
    }

    [Fact]
    public void A_lost_piece_costs_the_messages_under_way_and_nothing_after_them()
    {
        var sender = new ChunkSender(windowChunks: 2);
        var receiver = new ChunkReceiver(10_000);
        sender.Add("m", Written(Message(35, 1), 10));
        sender.Add("m", Written(Message(25, 2), 10));
        Assert.False(receiver.TryAdd(Copied(sender.Next()!.Value), out _));
        var late = Copied(sender.Next()!.Value);
        Assert.Null(sender.Next());
        sender.OnLost();
        var arrived = new List<byte[]>();
        while (sender.Next() is { } chunk)
        {
            if (receiver.TryAdd(Copied(chunk), out var pieces)) arrived.Add(Joined(pieces));
            // What is said of pieces before the loss changes nothing.
            Assert.False(sender.OnArrived(late.TransferId, late.Index));
            Assert.True(sender.OnArrived(chunk.TransferId, chunk.Index));
        }
        Assert.Equal([Message(25, 2)], arrived);
        Assert.True(sender.IsIdle);
        Assert.False(receiver.TryAdd(late, out _));
        Assert.Equal(1, receiver.Refused);
    }

    [Fact]
    public void Of_messages_of_which_only_the_latest_counts_one_that_waits_goes_and_one_that_is_under_way_does_not()
    {
        var sender = new ChunkSender(windowChunks: 1);
        var receiver = new ChunkReceiver(10_000);
        sender.Add("a", Written(Message(30, 1), 10), isLatest: true);
        var arrived = new List<byte[]>();
        var chunk = sender.Next();
        sender.Add("m", Written(Message(10, 2), 10));
        for (byte fill = 3; fill <= 5; fill++) sender.Add("a", Written(Message(20, fill), 10), isLatest: true);
        sender.Add("m", Written(Message(10, 6), 10));
        for (; chunk is { } piece; chunk = sender.Next())
        {
            if (receiver.TryAdd(Copied(piece), out var pieces)) arrived.Add(Joined(pieces));
            Assert.True(sender.OnArrived(piece.TransferId, piece.Index));
        }
        Assert.Equal([Message(30, 1), Message(10, 2), Message(20, 5), Message(10, 6)], arrived);
    }

    [Fact]
    public void Arrivals_that_are_repeated_or_made_up_open_no_window()
    {
        var sender = new ChunkSender(windowChunks: 1);
        sender.Add("m", Written(Message(30, 1), 10));
        Assert.Equal(0, sender.Next()!.Value.Index);
        Assert.False(sender.OnArrived(1, 1));
        Assert.False(sender.OnArrived(2, 0));
        Assert.Null(sender.Next());
        Assert.True(sender.OnArrived(1, 0));
        Assert.False(sender.OnArrived(1, 0));
        Assert.Equal(1, sender.Next()!.Value.Index);
    }

    [Fact]
    public void Pieces_that_are_repeated_out_of_order_or_too_large_are_refused()
    {
        var receiver = new ChunkReceiver(messageBytesMax: 300);
        MessageChunk Piece(long transfer, int index, long total, int count, string manifest = "m") =>
            new(transfer, index, total, manifest, Message(count, 3));
        MessageChunk[] refused =
        [
            Piece(1, 1, 20, 10), Piece(1, 0, 301, 10), Piece(2, 0, -1, 10), Piece(3, 0, long.MaxValue, 10), Piece(4, 0, 5, 10),
            Piece(5, 0, 20, 0), Piece(6, 0, 0, 0),
        ];
        foreach (var piece in refused) Assert.False(receiver.TryAdd(piece, out _));
        Assert.Equal(refused.Length, receiver.Refused);
        Assert.False(receiver.TryAdd(Piece(7, 0, 20, 10), out _));
        Assert.False(receiver.TryAdd(Piece(7, 0, 20, 10), out _));
        Assert.False(receiver.TryAdd(Piece(7, 1, 21, 10), out _));
        Assert.False(receiver.TryAdd(Piece(7, 1, 20, 10, "other"), out _));
        Assert.Equal(refused.Length + 3, receiver.Refused);
        Assert.True(receiver.TryAdd(Piece(7, 1, 20, 10), out var pieces));
        Assert.Equal(20, Joined(pieces).Length);
        Assert.False(receiver.TryAdd(Piece(7, 1, 20, 10), out _));
    }

    [Fact]
    public void Memory_is_held_for_what_came_whatever_a_piece_claims_and_many_small_pieces_count_for_what_they_take()
    {
        const long Claimed = 3_000_000_000;
        var receiver = new ChunkReceiver(4_000_000_000);
        Assert.False(receiver.TryAdd(new(1, 0, Claimed, "m", Message(10, 1)), out _));
        Assert.Equal(10, receiver.HeldBytes);

        var small = new ChunkReceiver(messageBytesMax: 10_000);
        for (var index = 0; index < 10_000; index++) small.TryAdd(new(1, index, 10_000, "m", Message(1, 1)), out _);
        Assert.Equal(0, small.HeldBytes);
        Assert.InRange(small.Refused, 10_000 - 10_000 / ChunkReceiver.PieceOverheadBytes, 10_000);
    }

    private static WireBytes Written(byte[] message, int segmentBytes)
    {
        var writer = new WireWriter(segmentBytes);
        writer.Raw(message);
        return writer.Finish();
    }

    // As on the way to another node: the memory is the sender's.
    private static MessageChunk Copied(MessageChunk chunk) => chunk with { Bytes = chunk.Bytes.ToArray() };

    private static byte[] Joined(IReadOnlyList<ReadOnlyMemory<byte>> pieces) => [.. pieces.SelectMany(piece => piece.ToArray())];

    private static byte[] Message(int length, byte fill) => [.. Enumerable.Range(0, length).Select(index => (byte)(fill + index))];
}
