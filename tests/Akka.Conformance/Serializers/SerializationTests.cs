using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Serialization;

namespace Akka.Conformance.Serializers;

/// <summary>Serializers by binding, and messages that pass through them on the way to an actor of the same process.</summary>
public sealed class SerializationTests() : ConformanceTest(
    $$"""
    akka.actor {
      serialize-messages = on
      serializers {
        measurement = "{{typeof(MeasurementSerializer).AssemblyQualifiedName}}"
        reversed = "{{typeof(ReversedSerializer).AssemblyQualifiedName}}"
      }
      serialization-bindings {
        "{{typeof(IMeasurement).AssemblyQualifiedName}}" = measurement
        "System.String" = reversed
      }
      serialization-identifiers {
        "{{typeof(ReversedSerializer).AssemblyQualifiedName}}" = 4712
      }
    }
    """)
{
    private static ExtendedActorSystem Extended(ActorSystem system) => (ExtendedActorSystem)system;

    [Fact]
    public void A_message_reaches_the_actor_as_an_equal_copy()
    {
        var sent = new Temperature(20);
        object? seen = null;
        var actor = Actor((message, _) =>
        {
            seen = message;
            TestActor.Tell(new Local(message));
        });

        actor.Tell(sent);

        var received = ExpectMsg<Local>().Anything;
        Assert.Equal(sent, received);
        Assert.NotSame(sent, received);
        Assert.Same(seen, received);
    }

    [Fact]
    public void A_message_that_needs_no_verification_is_passed_on_as_it_is()
    {
        var sent = new Local(new object());
        var actor = Actor((message, _) => TestActor.Tell(message));

        actor.Tell(sent);

        Assert.Same(sent, ExpectMsg<Local>());
    }

    [Fact]
    public void Actor_references_survive_the_round_trip()
    {
        var echo = Echo("echo");
        var actor = Actor((message, context) => ((Introduction)message).Who.Tell(new Temperature(1), context.Sender));

        actor.Tell(new Introduction(echo), TestActor);

        ExpectMsg(new Temperature(1));
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public void The_serializer_is_found_by_the_binding_of_class_or_interface()
    {
        Assert.IsType<MeasurementSerializer>(Sys.Serialization.FindSerializerFor(new Temperature(1)));
        Assert.IsType<MeasurementSerializer>(Sys.Serialization.FindSerializerForType(typeof(Temperature)));
        Assert.IsType<ReversedSerializer>(Sys.Serialization.FindSerializerFor("text"));
    }

    [Fact]
    public void Bytes_come_back_by_serializer_id_and_manifest()
    {
        var serializer = (SerializerWithStringManifest)Sys.Serialization.FindSerializerFor(new Temperature(20));
        var bytes = serializer.ToBinary(new Temperature(20));

        Assert.Equal("20", Encoding.UTF8.GetString(bytes));
        Assert.Equal(4711, serializer.Identifier);
        Assert.Equal("T", serializer.Manifest(new Temperature(20)));
        Assert.Equal(new Temperature(20), Sys.Serialization.Deserialize(bytes, serializer.Identifier, "T"));
        Assert.Equal(new Temperature(20), serializer.FromBinary(bytes, "T"));
    }

    [Fact]
    public void A_serializer_without_manifest_comes_back_by_type()
    {
        var serializer = Sys.Serialization.FindSerializerFor("text");
        var bytes = serializer.ToBinary("text");

        Assert.Equal("txet", Encoding.UTF8.GetString(bytes));
        Assert.Equal(4712, serializer.Identifier);
        Assert.False(serializer.IncludeManifest);
        Assert.Equal("text", Sys.Serialization.Deserialize(bytes, 4712, typeof(string)));
        Assert.Equal("text", serializer.FromBinary<string>(bytes));
    }

    [Fact]
    public void An_unknown_manifest_is_a_SerializationException() =>
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([1], 4711, "unknown"));

    [Fact]
    public void An_unknown_serializer_is_a_SerializationException() =>
        Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize([1], 99_999, "T"));

    [Fact]
    public void A_message_that_cannot_be_written_is_logged_and_neither_fails_the_sender_nor_reaches_the_receiver()
    {
        var actor = Echo();
        actor.Tell(new Temperature(1), TestActor);
        ExpectMsg(new Temperature(1));

        EventFilter.Exception<SerializationException>().ExpectOne(() => actor.Tell(new Pressure(1), TestActor));

        actor.Tell(new Temperature(2), TestActor);
        ExpectMsg(new Temperature(2));
    }

    [Fact]
    public void Paths_are_written_and_resolved()
    {
        var echo = Echo("echo");
        var path = Akka.Serialization.Serialization.SerializedActorPath(echo);

        Assert.StartsWith($"akka://{Sys.Name}/user/echo#", path, StringComparison.Ordinal);
        Assert.Equal(echo, Extended(Sys).Provider.ResolveActorRef(path));
    }

    [Fact]
    public void Order_and_count_survive_the_round_trips()
    {
        const int messages = 2_000;
        var actor = Actor((message, _) => TestActor.Tell(new Local(message)));

        for (var i = 0; i < messages; i++)
        {
            actor.Tell(new Temperature(i));
        }

        for (var i = 0; i < messages; i++)
        {
            Assert.Equal(new Temperature(i), ExpectMsg<Local>().Anything);
        }
    }
}
