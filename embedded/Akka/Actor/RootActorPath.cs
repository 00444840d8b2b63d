namespace Akka.Actor;

/// <summary>The root of a system's hierarchy.</summary>
public sealed class RootActorPath(Address address, string name = "/") : ActorPath(address, name, UndefinedUid)
{
    public override ActorPath Parent => this;

    public override ActorPath Root => this;

    public override int Depth => 0;

    /// <exception cref="NotSupportedException">The uid is not 0: the root has no incarnations.</exception>
    public override ActorPath WithUid(long uid) =>
        uid == UndefinedUid ? this : throw new NotSupportedException("RootActorPath must have an undefined uid");
}
