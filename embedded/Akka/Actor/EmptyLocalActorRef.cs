using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>A path at which no actor lives: messages become dead letters, watching it yields Terminated at once.</summary>
internal class EmptyLocalActorRef(IActorRefProvider provider, ActorPath path, EventStream eventStream) : MinimalActorRef
{
    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider { get; } = provider;

    protected EventStream EventStream { get; } = eventStream;

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (!HandleSpecially(message, sender))
            DeadLetterActorRef.Publish(EventStream, message, sender, this, Provider.DeadLetters);
    }

    public override void SendSystemMessage(ISystemMessage message) => HandleDeadSystemMessage(message);

    /// <summary>Watchers of what is dead must hear of it; every other system message to the dead is void.</summary>
    internal static void HandleDeadSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch)
        {
            watch.Watcher.SendSystemMessage(
                new DeathWatchNotification(watch.Watchee, existenceConfirmed: false, addressTerminated: false));
        }
    }

    protected bool HandleSpecially(object message, IActorRef sender)
    {
        switch (message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage { Message: Identify identify, WildCardFanOut: var fanOut }:
                if (!fanOut)
                    sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                return true;
            case ActorSelectionMessage selection:
                if (!selection.WildCardFanOut)
                    Tell(selection.Message, sender);
                return true;
            default:
                return false;
        }
    }
}
