namespace Akka.Actor;

/// <summary>A path below another.</summary>
public sealed class ChildActorPath(ActorPath parent, string name, long uid) : ActorPath(parent.Address, name, uid)
{
    public override ActorPath Parent { get; } = parent;

    public override ActorPath Root => Parent.Root;

    public override int Depth { get; } = parent.Depth + 1;

    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
