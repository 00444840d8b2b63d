using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Events;

/// <summary>Publishing to subscribers by class.</summary>
public sealed class EventStreamTests : ConformanceTest
{
    private interface IEvent;

    private record Base(int Number) : IEvent;

    private sealed record Derived(int Number) : Base(Number);

    private sealed record Unrelated(int Number);

    [Fact]
    public void A_subscriber_gets_events_of_the_class_and_of_classes_derived_from_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));

        Sys.EventStream.Publish(new Unrelated(1));
        Sys.EventStream.Publish(new Base(2));
        Sys.EventStream.Publish(new Derived(3));

        ExpectMsg(new Base(2));
        ExpectMsg<Derived>();
    }

    [Fact]
    public void A_subscription_to_an_interface_gets_what_implements_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(IEvent));

        Sys.EventStream.Publish(new Unrelated(1));
        Sys.EventStream.Publish(new Derived(2));

        ExpectMsg(new Derived(2));
    }

    [Fact]
    public void A_subscriber_to_a_derived_class_does_not_get_the_base()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Derived));

        Sys.EventStream.Publish(new Base(1));
        Sys.EventStream.Publish(new Derived(2));

        ExpectMsg(new Derived(2));
    }

    [Fact]
    public void Subscribing_to_base_and_derived_brings_each_event_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Sys.EventStream.Subscribe(TestActor, typeof(Derived));

        Sys.EventStream.Publish(new Derived(1));
        Sys.EventStream.Publish(new Derived(2));

        ExpectMsg(new Derived(1));
        ExpectMsg(new Derived(2));
    }

    [Fact]
    public void Subscribe_and_Unsubscribe_tell_whether_they_changed_anything()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(Base)));
        Assert.False(Sys.EventStream.Subscribe(TestActor, typeof(Base)));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Base)));
        Assert.False(Sys.EventStream.Unsubscribe(TestActor, typeof(Base)));
    }

    [Fact]
    public void After_Unsubscribe_no_event_comes()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Sys.EventStream.Subscribe(TestActor, typeof(Unrelated));

        Sys.EventStream.Unsubscribe(TestActor, typeof(Base));
        Sys.EventStream.Publish(new Base(1));
        Sys.EventStream.Publish(new Unrelated(2));
        ExpectMsg(new Unrelated(2));

        Sys.EventStream.Unsubscribe(TestActor);
        Sys.EventStream.Publish(new Unrelated(3));
        TestActor.Tell("last");
        ExpectMsg("last");
    }

    [Fact]
    public void Events_of_one_publisher_arrive_in_order_at_every_subscriber()
    {
        const int events = 200;
        var probes = Enumerable.Range(0, 4).Select(_ => CreateTestProbe()).ToList();
        probes.ForEach(probe => Sys.EventStream.Subscribe(probe, typeof(Base)));

        for (var i = 0; i < events; i++)
        {
            Sys.EventStream.Publish(new Base(i));
        }

        Assert.All(probes, probe => Assert.Equal(Enumerable.Range(0, events), probe.ReceiveN(events).Cast<Base>().Select(e => e.Number)));
    }

    [Fact]
    public void Subscribing_and_publishing_may_happen_at_the_same_time()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var probe = Actor((message, _) => TestActor.Tell(message));
            Parallel.Invoke(
                () => Sys.EventStream.Subscribe(probe, typeof(Derived)),
                () => Sys.EventStream.Publish(new Unrelated(round)),
                () => Sys.EventStream.Subscribe(TestActor, typeof(IEvent)));

            Sys.EventStream.Publish(new Derived(round));

            ExpectMsg(new Derived(round));
            ExpectMsg(new Derived(round));
            Sys.EventStream.Unsubscribe(probe);
            Sys.EventStream.Unsubscribe(TestActor);
        }
    }

    [Fact]
    public void A_subscriber_that_stopped_leaves_no_trace()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var subscriber = Echo();
        Sys.EventStream.Subscribe(subscriber, typeof(Base));
        StopAndWait(subscriber);

        // The stream watches its subscribers; until it has heard, an event for a dead one is a dead letter.
        AwaitAssert(
            () =>
            {
                Sys.EventStream.Publish(new Base(1));
                Sys.DeadLetters.Tell("marker");
                var letters = ReceiveUntilMarker();
                Assert.Empty(letters);
            },
            Patience,
            TimeSpan.FromMilliseconds(1));
    }

    private List<object> ReceiveUntilMarker()
    {
        var letters = new List<object>();
        while (ExpectMsg<DeadLetter>() is var letter && letter.Message is not "marker")
        {
            letters.Add(letter.Message);
        }

        return letters;
    }
}
