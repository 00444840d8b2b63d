using System.Runtime.Serialization;
using System.Text.Json;
using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Numerics;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class NodeSerializerTests : IDisposable
{
    private static readonly INodeMessage[] s_samples = MessageSamples.BetweenNodes();

    private readonly ActorSystem _system = ActorSystem.Create("serializer");

    public void Dispose() => _system.Terminate().Wait();

    [Fact]
    public void Every_message_comes_back_as_it_was()
    {
        Assert.Equal(NodeSerializer.MessageTypes.ToHashSet(), s_samples.Select(message => message.GetType()).ToHashSet());
        var serializer = Serializer();
        Assert.Equal(s_samples.Length, s_samples.Select(serializer.Manifest).Distinct().Count());
        foreach (var message in s_samples)
        {
            var copy = serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));
            Assert.Equal(Text(message), Text(copy));
        }
    }

    [Fact]
    public void Damaged_bytes_are_refused_as_transient_and_nothing_else_happens()
    {
        var serializer = Serializer();
        var random = new RandomSource(1).Stream("damage");
        for (var round = 0; round < 20_000; round++)
        {
            var message = s_samples[random.NextInt32(s_samples.Length)];
            var bytes = serializer.ToBinary(message);
            for (var change = 0; change < 3; change++) bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
            bytes = bytes[..(bytes.Length - random.NextInt32(2))];
            try
            {
                serializer.FromBinary(bytes, serializer.Manifest(s_samples[random.NextInt32(s_samples.Length)]));
            }
            catch (SerializationException)
            {
                // What Akka.NET drops without ending the connection.
            }
        }
        Assert.Throws<SerializationException>(() => serializer.FromBinary([1], "??"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([], "na"));
        Assert.Throws<SerializationException>(() => serializer.ToBinary("text"));
    }

    [Fact]
    public void Nodes_of_other_releases_understand_by_what_they_are_refused()
    {
        var serializer = Serializer();
        Assert.Equal([2, 3, 0, 0, 0], serializer.ToBinary(new Nodes.AskTraining(3)));
        Assert.Equal([2, 3, 0, 0, 0, (byte)'o', (byte)'l', (byte)'d'], serializer.ToBinary(new Nodes.Rejected("old")));
        Assert.Equal(("na", "nr"), (serializer.Manifest(new Nodes.AskTraining(3)), serializer.Manifest(new Nodes.Rejected(""))));
    }

    [Fact]
    public void Objects_of_arbitrary_types_are_refused_both_ways()
    {
        var serializer = new RefusingSerializer((ExtendedActorSystem)_system, ConfigurationFactory.ParseString("identifier = 5"));
        Assert.Equal(5, serializer.Identifier);
        Assert.Throws<SerializationException>(() => serializer.ToBinary(new object()));
        Assert.Throws<SerializationException>(() => serializer.FromBinary([0x7b, 0x7d], "System.Object"));
    }

    private NodeSerializer Serializer() => new((ExtendedActorSystem)_system);

    private static string Text(object message) => message is Nodes.Chunk chunk
        ? $"{chunk.Piece with { Bytes = default }} {Convert.ToHexString(chunk.Piece.Bytes.Span)}"
        : JsonSerializer.Serialize(message, message.GetType());
}
