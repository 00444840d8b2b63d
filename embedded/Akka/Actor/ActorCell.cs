using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The constant part of an actor behind its reference: mailbox, children, watchers, the current instance. Split by topic into partial
/// files. Only the thread that runs the mailbox touches the state, but for sending and the guardians' creating of children.
/// </summary>
internal partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? t_current;

    private ActorBase? _actor;
    private Receive? _behavior;
    private Stack<Receive>? _behaviorsBelow;
    private object? _currentMessage;
    private IActorRef? _currentSender;
    private TimerScheduler? _timers;
    private ActorStash? _stash;

    public ActorCell(ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        SystemImpl = system;
        SelfRef = self;
        Props = props;
        Dispatcher = dispatcher;
        ParentRef = parent;
        Mailbox = dispatcher.CreateMailbox(this);
        Mailbox.SystemEnqueue(new Create());
    }

    /// <summary>The cell whose actor runs on this thread.</summary>
    public static ActorCell? Current
    {
        get => t_current;
        set => t_current = value;
    }

    public ActorSystemImpl SystemImpl { get; }

    public LocalActorRef SelfRef { get; }

    public IInternalActorRef ParentRef { get; }

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public Mailbox Mailbox { get; }

    /// <summary>The current instance; null before it was made and after the end.</summary>
    public ActorBase? Actor => _actor;

    public object? CurrentMessage => _currentMessage;

    public Envelope CurrentEnvelope => new(_currentMessage!, _currentSender!);

    public IActorRef Self => SelfRef;

    public IActorRef Parent => ParentRef;

    public ActorSystem System => SystemImpl;

    public IActorRef Sender => _currentSender ?? SystemImpl.DeadLetters;

    public static IActorRef GetCurrentSelfOrNoSender() => t_current?.SelfRef ?? ActorRefs.NoSender;

    public static IActorRef GetCurrentSenderOrNoSender() => t_current?.Sender ?? ActorRefs.NoSender;

    public void Start() => Dispatcher.Attach(this);

    /// <summary>Delivers a message from any thread. A message that fails <c>serialize-messages</c> is reported and dropped.</summary>
    public void SendMessage(object message, IActorRef sender)
    {
        if (SystemImpl.Settings.SerializeAllMessages)
        {
            try
            {
                message = SystemImpl.Serialization.Verify(message);
            }
            catch (Exception failure)
            {
                PublishError(failure, $"Swallowing exception during message send of {message.GetType()}");
                return;
            }
        }

        Dispatcher.Dispatch(this, new Envelope(message, sender));
    }

    /// <summary>Disposes of a message that found the mailbox closed: Identify is answered, the rest becomes a dead letter.</summary>
    public void PublishDeadLetter(in Envelope envelope)
    {
        var deadLetters = SystemImpl.DeadLetters;
        if (envelope.Message is Identify or IDeadLetterSuppression)
            deadLetters.Tell(envelope.Message, envelope.Sender);
        else
            DeadLetterActorRef.Publish(SystemImpl.EventStream, envelope.Message, envelope.Sender, SelfRef, deadLetters);
    }

    public void SendSystemMessage(SystemMessage message) => Dispatcher.SystemDispatch(this, message);

    public void Become(Receive receive) => _behavior = receive;

    public void Become(UntypedReceive receive) => Become(AsReceive(receive));

    public void BecomeStacked(Receive receive)
    {
        if (_behavior is not null)
            (_behaviorsBelow ??= new Stack<Receive>()).Push(_behavior);
        _behavior = receive;
    }

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(AsReceive(receive));

    public void UnbecomeStacked() =>
        _behavior = _behaviorsBelow is { Count: > 0 } ? _behaviorsBelow.Pop() : _actor?.FirstBehavior;

    public ActorSelection ActorSelection(string path) => ActorRefFactoryShared.ActorSelection(path, SystemImpl, SelfRef);

    public ActorSelection ActorSelection(ActorPath path) => ActorRefFactoryShared.ActorSelection(path, SystemImpl);

    /// <summary>The timers of the instance being made, which may start some in its constructor.</summary>
    public ITimerScheduler NewTimers() => _timers = new TimerScheduler(this);

    /// <summary>Runs an action as if on this actor's thread, for test kits that own the thread.</summary>
    public void UseThreadContext(Action action)
    {
        var outer = t_current;
        t_current = this;
        try
        {
            action();
        }
        finally
        {
            t_current = outer;
        }
    }

    private static Receive AsReceive(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };
}
