using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Actors;

/// <summary>The ways to describe an actor, and what is wrong with some.</summary>
public sealed class PropsTests : ConformanceTest
{
    [Fact]
    public void Generic_expression_type_and_factory_props_make_the_same_actor()
    {
        var namedAtRunTime = typeof(Named);
        Props[] recipes =
        [
            Props.Create<Named>("name"),
            Props.Create(() => new Named("name")),
            Props.Create(namedAtRunTime, "name"),
            Props.CreateBy(new NamedProducer("name")),
        ];

        foreach (var props in recipes)
        {
            Sys.ActorOf(props).Tell("who", TestActor);
            ExpectMsg("name");
        }
    }

    [Fact]
    public void Props_without_arguments_use_the_default_constructor()
    {
        Sys.ActorOf<Unnamed>().Tell("who", TestActor);
        ExpectMsg("nobody");
        Sys.ActorOf(Props.Create<Unnamed>()).Tell("who", TestActor);
        ExpectMsg("nobody");
    }

    [Fact]
    public void An_expression_captures_its_arguments_when_the_props_are_made()
    {
        var name = "before";
        var props = Props.Create(() => new Named(name));
        name = "after";

        Sys.ActorOf(props).Tell("who", TestActor);

        ExpectMsg("before");
        Assert.Equal("after", name);
    }

    [Fact]
    public void Each_restart_makes_a_new_instance_from_the_same_recipe()
    {
        var actor = Sys.ActorOf(Props.Create(() => new HookActor(TestActor, "x")));
        ExpectMsg("x: constructor");
        ExpectMsg("x: PreStart");

        actor.Tell(new Crash("boom"));

        Assert.Contains("x: constructor", ReceiveN(4).Cast<string>());
    }

    [Fact]
    public void Props_are_immutable()
    {
        var props = Props.Create<Unnamed>();
        var pinned = props.WithDispatcher("some-dispatcher");

        Assert.NotSame(props, pinned);
        Assert.Equal("some-dispatcher", pinned.Dispatcher);
        Assert.NotEqual("some-dispatcher", props.Dispatcher);
        Assert.Equal(typeof(Unnamed), pinned.Type);
    }

    [Fact]
    public void An_expression_must_be_a_constructor_call() =>
        Assert.ThrowsAny<SystemException>(() => Props.Create(() => Make()));

    [Fact]
    public void A_type_that_is_no_actor_is_refused() =>
        Assert.Throws<ArgumentException>(() => Props.Create(typeof(string)));

    [Fact]
    public void Arguments_that_fit_no_constructor_stop_the_actor()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create<Named>("too", "many"));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new() =>
        Assert.Throws<ActorInitializationException>(() => NewOutsideOfAnActor());

    [Fact]
    public void Props_can_carry_the_supervisor_strategy()
    {
        var props = Props.Create(() => new Supervisor(Supervisor.Always(Directive.Stop)))
            .WithSupervisorStrategy(Supervisor.Always(Directive.Stop));

        Assert.NotNull(props.SupervisorStrategy);
    }

    private static Named Make() => new("made");

    private static Unnamed? NewOutsideOfAnActor()
    {
        // The TestKit lends its threads a context of its own; a fresh thread has none.
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => new Unnamed()));
        thread.Start();
        thread.Join();
        return error is null ? null : throw error;
    }

    private sealed class Unnamed : ReceiveActor
    {
        public Unnamed() => ReceiveAny(_ => Sender.Tell("nobody"));
    }

    private sealed class Named : ReceiveActor
    {
        public Named(string name) => ReceiveAny(_ => Sender.Tell(name));
    }

    private sealed class NamedProducer(string name) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Named);

        public ActorBase Produce() => new Named(name);

        public void Release(ActorBase actor)
        {
        }
    }
}
