using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Identity and null checks shared by every reference.</summary>
public abstract class ActorRefBase : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public abstract IActorRefProvider Provider { get; }

    public virtual IInternalActorRef Parent => ActorRefs.Nobody;

    public virtual bool IsLocal => true;

    public void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        TellInternal(message, sender!);
    }

    /// <summary>Delivers a message that is not null; <paramref name="sender"/> may be <see cref="ActorRefs.NoSender"/>.</summary>
    protected abstract void TellInternal(object message, IActorRef sender);

    public virtual IActorRef GetChild(IReadOnlyList<string> name) =>
        name.All(string.IsNullOrEmpty) ? this : ActorRefs.Nobody;

    public virtual void Start()
    {
    }

    public virtual void Resume(Exception? causedByFailure = null)
    {
    }

    public virtual void Suspend()
    {
    }

    public virtual void Restart(Exception cause)
    {
    }

    public virtual void Stop()
    {
    }

    public virtual void SendSystemMessage(ISystemMessage message)
    {
    }

    public ISurrogate ToSurrogate(ActorSystem system) => new ActorRefSurrogate(Akka.Serialization.Serialization.SerializedActorPath(this));

    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public sealed override bool Equals(object? obj) => obj is IActorRef other && Equals(other);

    public sealed override int GetHashCode() => HashCode.Combine(Path, Path.Uid);

    public int CompareTo(IActorRef? other)
    {
        if (other is null)
            return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) =>
        obj is null or IActorRef
            ? CompareTo(obj as IActorRef)
            : throw new ArgumentException($"An IActorRef cannot be compared with a {obj.GetType()}", nameof(obj));

    public override string ToString() => $"[{Path.ToStringWithUid()}]";
}
