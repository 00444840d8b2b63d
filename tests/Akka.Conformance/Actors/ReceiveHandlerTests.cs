using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Actors;

/// <summary>Which handler of a ReceiveActor gets a message.</summary>
public sealed class ReceiveHandlerTests : ConformanceTest
{
    private static Props PropsOf(Action<Configurable> configure) => Props.Create(() => new Configurable(configure));

    [Fact]
    public void The_first_handler_that_matches_wins()
    {
        var actor = Sys.ActorOf(PropsOf(self =>
        {
            self.On<string>(text => text.Length > 5, text => TestActor.Tell($"long {text}"));
            self.On<string>(text => text.Length > 2, text => TestActor.Tell($"middle {text}"));
            self.On<string>(text => TestActor.Tell($"any {text}"));
            self.On<string>(text => TestActor.Tell($"never {text}"));
            self.On<object>(other => TestActor.Tell($"object {other}"));
        }));

        foreach (var message in (object[])["123456", "1234", "12", 12])
        {
            actor.Tell(message);
        }

        ExpectMsg("long 123456");
        ExpectMsg("middle 1234");
        ExpectMsg("any 12");
        ExpectMsg("object 12");
    }

    [Fact]
    public void A_predicate_may_follow_the_handler()
    {
        var actor = Sys.ActorOf(PropsOf(self =>
        {
            self.OnThen<int>(number => TestActor.Tell($"even {number}"), number => number % 2 == 0);
            self.On<int>(number => TestActor.Tell($"odd {number}"));
        }));

        actor.Tell(1);
        actor.Tell(2);

        ExpectMsg("odd 1");
        ExpectMsg("even 2");
    }

    [Fact]
    public void A_handler_that_returns_false_leaves_the_message_to_the_next()
    {
        var actor = Sys.ActorOf(PropsOf(self =>
        {
            self.Try<string>(text =>
            {
                TestActor.Tell($"tried {text}");
                return text == "mine";
            });
            self.Any(other => TestActor.Tell($"any {other}"));
        }));

        actor.Tell("mine");
        actor.Tell("other");

        ExpectMsg("tried mine");
        ExpectMsg("tried other");
        ExpectMsg("any other");
    }

    [Fact]
    public void A_handler_gets_messages_of_derived_types_and_of_types_that_implement_its_interface()
    {
        var actor = Sys.ActorOf(PropsOf(self =>
        {
            self.On<ArgumentException>(error => TestActor.Tell($"argument {error.GetType().Name}"));
            self.On<IComparable>(value => TestActor.Tell($"comparable {value}"));
        }));

        actor.Tell(new ArgumentNullException());
        actor.Tell(3);

        ExpectMsg("argument ArgumentNullException");
        ExpectMsg("comparable 3");
    }

    [Fact]
    public void A_type_can_be_named_at_run_time()
    {
        var actor = Sys.ActorOf(PropsOf(self => self.OnType(typeof(string), text => TestActor.Tell($"text {text}"))));

        actor.Tell("a");

        ExpectMsg("text a");
    }

    [Fact]
    public void No_handler_may_follow_one_that_takes_everything()
    {
        foreach (var takesEverything in (Action<Configurable>[])[self => self.Any(_ => { }), self => self.On<object>(_ => { })])
        {
            Sys.ActorOf(PropsOf(self =>
            {
                takesEverything(self);
                TestActor.Tell(Record.Exception(() => self.On<string>(_ => { })));
            }));

            ExpectMsg<InvalidOperationException>();
        }
    }

    [Fact]
    public void Handlers_may_be_added_in_the_constructor_and_in_Become_only()
    {
        var actor = Sys.ActorOf(PropsOf(self => self.On<string>(
            _ => TestActor.Tell(Record.Exception(() => self.On<int>(_ => { }))))));

        actor.Tell("add one now");

        ExpectMsg<InvalidOperationException>();
    }

    [Fact]
    public void A_message_without_a_handler_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(PropsOf(self => self.On<string>(text => text == "a", _ => { })));

        actor.Tell("a", TestActor);
        actor.Tell("b", TestActor);
        actor.Tell(1, TestActor);

        var first = ExpectMsg<UnhandledMessage>();
        Assert.Equal("b", first.Message);
        Assert.Equal(TestActor, first.Sender);
        Assert.Equal(actor, first.Recipient);
        Assert.Equal(1, ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void Become_replaces_all_handlers()
    {
        var actor = Sys.ActorOf(PropsOf(self => self.On<string>(_ => self.Switch(() => self.On<int>(number => TestActor.Tell(number))))));
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));

        actor.Tell("switch");
        actor.Tell("no handler any more");
        actor.Tell(1);

        Assert.Equal("no handler any more", ExpectMsg<UnhandledMessage>().Message);
        ExpectMsg(1);
    }

    /// <summary>Opens the protected methods of ReceiveActor, so that each test can show its handlers beside its expectations.</summary>
    private sealed class Configurable : ReceiveActor
    {
        public Configurable(Action<Configurable> configure) => configure(this);

        public void On<T>(Action<T> handler) => Receive(handler);

        public void On<T>(Predicate<T> predicate, Action<T> handler) => Receive(predicate, handler);

        public void OnThen<T>(Action<T> handler, Predicate<T> predicate) => Receive(handler, predicate);

        public void OnType(Type type, Action<object> handler) => Receive(type, handler);

        public void Try<T>(Func<T, bool> handler) => Receive(handler);

        public void Any(Action<object> handler) => ReceiveAny(handler);

        public void Switch(Action configure) => Become(configure);
    }
}
