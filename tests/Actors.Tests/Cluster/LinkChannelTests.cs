using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Wire;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class LinkChannelTests() : GateTest(Hocon)
{
    [Fact]
    public void It_is_busy_until_what_it_sends_has_arrived()
    {
        using var channel = Channel();
        Assert.False(channel.IsBusy);
        channel.Send(new Membership.Join(0, "a", 1, 1));
        Assert.True(channel.IsBusy);
        channel.OnArrived(new(1, 0));
        Assert.False(channel.IsBusy);
    }

    [Fact]
    public void It_is_busy_while_a_message_comes_in_and_no_longer_than_its_sender_goes_on()
    {
        using var channel = Channel();
        MessageChunk Piece(int index) => new(1, index, 30, "?", new byte[10]);
        channel.Receive(Piece(0));
        channel.GiveUpLost();
        Assert.True(channel.IsBusy);
        channel.Receive(Piece(1));
        channel.GiveUpLost();
        Assert.True(channel.IsBusy);
        channel.GiveUpLost();
        Assert.False(channel.IsBusy);
        channel.Receive(Piece(2));
        Assert.False(channel.IsBusy);
    }

    // Each may be as large as the network, and the worker uses none but the last.
    [Fact]
    public void Of_the_answers_that_wait_only_the_latest_is_sent()
    {
        using var channel = Channel();
        channel.Send(Answer(1));
        channel.Send(new Membership.Joined(RunId, "a", 1, 0));
        for (var request = 2; request <= 5; request++) channel.Send(Answer(request));
        using var serializer = new ProtocolSerializer((ExtendedActorSystem)Sys);
        var receiver = new ChunkReceiver(10_000_000);
        var arrived = new List<object>();
        while (!channel.IsIdle)
        {
            var piece = ExpectMsg<Nodes.Chunk>().Piece;
            // As on the way to another node: the memory is the sender's.
            if (receiver.TryAdd(piece with { Bytes = piece.Bytes.ToArray() }, out var pieces)) arrived.Add(serializer.Read(pieces, piece.Manifest));
            channel.OnArrived(new(piece.TransferId, piece.Index));
        }
        Assert.Equal([1, 5], arrived.OfType<IWorkAnswer>().Select(answer => answer.RequestId));
        Assert.Single(arrived.OfType<Membership.Joined>());
    }

    // More pieces than may be under way.
    private static PhaseOne.Parameters Answer(long request) => new(
        RunId, "a", 1, request, 3, new(4, 1, 2, 3), false, RefusalReason.None, new ulong[60_000], MessageSamples.Work(1));

    private LinkChannel Channel()
    {
        var channel = new LinkChannel(
            Sys, LinkFormat.Of(TestJob.Create(), LinkSettings.From(Sys.Settings.Config)), new(TimeProvider.System), Sys.Log);
        channel.Open(TestActor, TestActor);
        return channel;
    }
}
