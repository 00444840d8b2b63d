using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// A test with an actor: what is sent to <see cref="TestActor"/> waits in a queue for the Expect and Receive methods. Split by topic into
/// partial files. All durations that a test states are dilated by <c>akka.test.timefactor</c>.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int s_testActors;

    private readonly ITestKitAssertions _assertions;
    private readonly TestQueue _queue = new();
    private MessageEnvelope _lastEnvelope = NullMessageEnvelope.Instance;
    private TimeSpan? _end;
    private bool _lastWasNoMessage;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, null, null, testActorName)
    {
    }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, config, actorSystemName, testActorName)
    {
    }

    private TestKitBase(ITestKitAssertions assertions, ActorSystem? system, Config? config, string? actorSystemName, string? testActorName)
    {
        _assertions = assertions;
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", (config ?? ConfigurationFactory.Empty).WithFallback(DefaultConfig));
        TestKitSettings = TestKitExtension.For(Sys);
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);
        TestActor = CreateTestActor(testActorName ?? $"testActor{Interlocked.Increment(ref s_testActors)}", _queue);
        if (this is not INoImplicitSender)
        {
            var cell = ((LocalActorRef)TestActor).Cell;
            ActorCell.Current = cell;
            SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingSynchronizationContext(cell));
        }
    }

    /// <summary>The block <c>akka.test</c>, the tests' logger and their dispatchers; a test's own configuration goes on top.</summary>
    public static Config DefaultConfig { get; } =
        ConfigurationFactory.FromResource("Akka.TestKit.reference.conf", typeof(TestKitBase).Assembly);

    /// <summary>Logs everything actors receive and do, for the search for an error.</summary>
    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.loglevel = DEBUG
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
        """);

    /// <summary>The time since an arbitrary start that Within and the expectations measure by.</summary>
    public static TimeSpan Now => TimeSpan.FromMilliseconds(Environment.TickCount64);

    public ActorSystem Sys { get; }

    public TestKitSettings TestKitSettings { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>Whose messages the test looks at; also the sender of what a test tells without naming one.</summary>
    public IActorRef TestActor { get; }

    public EventFilterFactory EventFilter { get; }

    /// <summary>The message that was received last.</summary>
    public object LastMessage => _lastEnvelope.Message;

    /// <summary>The sender of the message that was received last.</summary>
    public IActorRef LastSender => _lastEnvelope.Sender;

    public bool HasMessages => !_queue.IsEmpty;

    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>Drops messages of the test actor from now on; see <see cref="IgnoreNoMessages"/>.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TellTestActor(new TestActorMessage.Ignore(shouldIgnoreMessage));

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg typed && shouldIgnoreMessage(typed));

    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);

    public void IgnoreNoMessages() => TellTestActor(new TestActorMessage.Ignore(null));

    /// <summary>Lets the test actor watch another, for <see cref="ExpectTerminated"/>.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        TellTestActor(new TestActorMessage.Watch(actorToWatch));
        return actorToWatch;
    }

    public Task<IActorRef> WatchAsync(IActorRef actorToWatch) => Task.FromResult(Watch(actorToWatch));

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        TellTestActor(new TestActorMessage.Unwatch(actorToUnwatch));
        return actorToUnwatch;
    }

    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch) => Task.FromResult(Unwatch(actorToUnwatch));

    public void SetAutoPilot(AutoPilot pilot) => TellTestActor(new TestActorMessage.SetAutoPilot(pilot));

    public TimeSpan Dilated(TimeSpan duration) =>
        duration == Timeout.InfiniteTimeSpan ? duration : duration * TestKitSettings.TestTimeFactor;

    /// <summary>The given time or that of <c>akka.test.default-timeout</c>, dilated.</summary>
    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => Dilated(timeout ?? TestKitSettings.DefaultTimeout);

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>Terminates a system and waits for its end.</summary>
    /// <exception cref="TimeoutException">The system is still there and <paramref name="verifySystemShutdown"/> is set.</exception>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var timeout = duration ?? Dilated(TimeSpan.FromSeconds(5));
        if (system.Terminate().Wait(timeout))
            return;

        var message = $"Failed to stop [{system.Name}] within [{timeout}]";
        if (verifySystemShutdown)
            throw new TimeoutException(message);

        system.Log.Warning(message);
    }

    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, _assertions, name);

    public virtual TestLatch CreateTestLatch(int count = 1) => new(Dilated, TestKitSettings.DefaultTimeout, count);

    public TestBarrier CreateTestBarrier(int count) => new(this, count);

    /// <summary>Makes one more actor whose messages nobody looks at.</summary>
    public IActorRef CreateTestActor(string name) => CreateTestActor(name, new TestQueue());

    /// <summary>Makes the current thread one that no test actor sends from.</summary>
    private protected static void ClearImplicitSender()
    {
        ActorCell.Current = null;
        if (SynchronizationContext.Current is ActorCellKeepingSynchronizationContext)
            SynchronizationContext.SetSynchronizationContext(null);
    }

    private IActorRef CreateTestActor(string name, TestQueue queue) => ((ExtendedActorSystem)Sys).SystemActorOf(
        Props.Create(() => new InternalTestActor(queue)).WithDispatcher("akka.test.test-actor.dispatcher"), name);

    private void TellTestActor(TestActorMessage message) => TestActor.Tell(message, ActorRefs.NoSender);

    internal void FailTest(string message) => _assertions.Fail("{0}", message);
}
