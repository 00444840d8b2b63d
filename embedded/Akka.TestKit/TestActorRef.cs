using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>An actor on the thread of the test: its instance can be seen, and it can be given messages without its mailbox.</summary>
public class TestActorRef<TActor> : ActorRefBase
    where TActor : ActorBase
{
    private readonly InternalTestActorRef _ref;

    /// <param name="system">The system.</param>
    /// <param name="actorProps">The actor.</param>
    /// <param name="supervisor">Its parent; the user guardian if null.</param>
    /// <param name="name">Its name; generated if null.</param>
    public TestActorRef(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    {
        _ref = InternalTestActorRef.Create((ActorSystemImpl)system, actorProps, supervisor, name);
    }

    public IActorRef Ref => _ref;

    /// <summary>The current instance.</summary>
    /// <exception cref="IllegalActorStateException">There is none, before a restart has ended or after the stop.</exception>
    public TActor UnderlyingActor => (TActor)(_ref.Cell.Actor ?? throw new IllegalActorStateException($"{_ref} has no instance"));

    public override ActorPath Path => _ref.Path;

    public override IActorRefProvider Provider => _ref.Provider;

    public override IInternalActorRef Parent => _ref.Parent;

    /// <summary>Lets the actor process a message at once. What it throws reaches the caller and not its supervisor.</summary>
    public void Receive(object message, IActorRef? sender = null) => _ref.Receive(message, sender ?? _ref.Provider.DeadLetters);

    /// <summary>Lets this actor watch another.</summary>
    public void Watch(IActorRef subject) => _ref.Cell.UseThreadContext(() => _ref.Cell.Watch(subject));

    public void Unwatch(IActorRef subject) => _ref.Cell.UseThreadContext(() => _ref.Cell.Unwatch(subject));

    public override IActorRef GetChild(IReadOnlyList<string> name) => _ref.GetChild(name);

    public override void Start() => _ref.Start();

    public override void Resume(Exception? causedByFailure = null) => _ref.Resume(causedByFailure);

    public override void Suspend() => _ref.Suspend();

    public override void Restart(Exception cause) => _ref.Restart(cause);

    public override void Stop() => _ref.Stop();

    public override void SendSystemMessage(ISystemMessage message) => _ref.SendSystemMessage(message);

    protected override void TellInternal(object message, IActorRef sender) => _ref.Tell(message, sender);
}
