using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Base of every actor. An instance processes one message at a time; what one message wrote the next one sees, whichever thread runs
/// it. Hooks of a life: constructor, <see cref="PreStart"/>, on failure <see cref="PreRestart"/> of the old and
/// <see cref="PostRestart"/> of the new instance, at the end <see cref="PostStop"/>.
/// </summary>
public abstract class ActorBase : IInternalActor
{
    private readonly ActorCell _cell;
    private SupervisorStrategy? _strategy;

    /// <exception cref="ActorInitializationException">Called other than by the runtime creating an actor from props.</exception>
    protected ActorBase()
    {
        _cell = ActorCell.Current
            ?? throw new ActorInitializationException(
                $"{GetType()} was created with 'new'; create actors by ActorOf(Props.Create(() => new ...)) only");
        if (this is IWithTimers timed)
            timed.Timers = _cell.NewTimers();
    }

    IActorContext IInternalActor.ActorContext => _cell;

    /// <summary>The context of the actor that runs on this thread.</summary>
    /// <exception cref="NotSupportedException">No actor runs here, for instance in a detached task.</exception>
    protected static IActorContext Context =>
        ActorCell.Current
        ?? throw new NotSupportedException(
            "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    /// <summary>This actor. Like <see cref="Context"/> it is there on the actor's thread only: capture it for use in a task.</summary>
    protected IActorRef Self => IsCleared ? _cell.Self : Context.Self;

    /// <summary>The sender of the message being processed, or dead letters.</summary>
    protected IActorRef Sender => Context.Sender;

    /// <summary>The strategy of the props if they name one, else the actor's own, made when first needed.</summary>
    internal SupervisorStrategy SupervisorStrategyInternal => _strategy ??= _cell.Props.SupervisorStrategy ?? SupervisorStrategy();

    /// <summary>The first behaviour; says whether it handled the message.</summary>
    protected abstract bool Receive(object message);

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        if (receive(message))
            return true;
        Unhandled(message);
        return false;
    }

    protected virtual void PreStart()
    {
    }

    protected virtual void PostStop()
    {
    }

    /// <summary>Last call on an instance that is about to be replaced: stops all children, then runs <see cref="PostStop"/>.</summary>
    /// <param name="reason">The failure.</param>
    /// <param name="message">The message that was being processed; null if there was none.</param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }

        PostStop();
    }

    /// <summary>First call on a replacement: runs <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPostStop() => PostStop();

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    /// <summary>How failures of children are handled; asked once per instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Called for a message no behaviour took: publishes <see cref="UnhandledMessage"/>.</summary>
    /// <exception cref="DeathPactException">The message is <see cref="Terminated"/>.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => _cell.Become(receive);

    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    /// <summary>Whether the actor has ended or another instance has taken the place of this one.</summary>
    internal bool IsCleared { get; set; }

    /// <summary>The behaviour of an instance that has not called Become.</summary>
    internal virtual Receive FirstBehavior => Receive;

    /// <summary>Called after the constructor, before PreStart.</summary>
    internal virtual void FinishConstruction()
    {
    }
}
