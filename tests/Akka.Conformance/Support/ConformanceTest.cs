using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Support;

/// <summary>A test with an actor system of its own, quiet unless a test asks for log events.</summary>
public abstract class ConformanceTest : global::Akka.TestKit.Xunit2.TestKit
{
    /// <summary>How often a test with a race in it is repeated.</summary>
    protected const int Rounds = 100;

    // The long waits are for a loaded machine; a test that passes never uses them up.
    private const string Quiet =
        """
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          test.single-expect-default = 20s
          test.default-timeout = 20s
        }
        """;

    static ConformanceTest()
    {
        // Tests block threads of the pool on purpose; none shall wait for the pool to grow.
        ThreadPool.SetMinThreads(32, 32);
    }

    protected ConformanceTest(string config = "")
        : base(ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(Quiet)))
    {
    }

    /// <summary>The longest a test waits for a signal that must come.</summary>
    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Starts an actor that handles every message with <paramref name="onReceive"/>.</summary>
    protected IActorRef Actor(Action<object, IUntypedActorContext> onReceive, string? name = null) =>
        Sys.ActorOf(LambdaActor.Props(onReceive), name);

    /// <summary>Starts an actor that answers every message with the message.</summary>
    protected IActorRef Echo(string? name = null) => Actor((message, context) => context.Sender.Tell(message), name);

    /// <summary>As <see cref="Echo"/>; the user guardian may learn of a termination later than this test does.</summary>
    protected IActorRef EchoOnceNameIsFree(string name)
    {
        IActorRef actor = Nobody.Instance;
        AwaitAssert(() => actor = Echo(name), Patience, TimeSpan.FromMilliseconds(1));
        return actor;
    }

    /// <summary>Stops the actor and waits until it is gone.</summary>
    protected void StopAndWait(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }
}
