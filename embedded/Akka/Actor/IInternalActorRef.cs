using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What the runtime needs of every reference; application code stays with <see cref="IActorRef"/>.</summary>
public interface IInternalActorRef : IActorRef
{
    bool IsLocal { get; }

    IInternalActorRef Parent { get; }

    IActorRefProvider Provider { get; }

    /// <summary>Walks down by name; <c>..</c> goes up. Unknown names yield <see cref="ActorRefs.Nobody"/>.</summary>
    IActorRef GetChild(IReadOnlyList<string> name);

    void Start();

    void Resume(Exception? causedByFailure = null);

    void Suspend();

    void Restart(Exception cause);

    void Stop();

    void SendSystemMessage(ISystemMessage message);
}
