namespace Akka.Actor;

/// <summary>Gives an actor a stash, set by the runtime after construction. Implement <see cref="IWithUnboundedStash"/>.</summary>
public interface IWithStash
{
    IStash Stash { get; set; }
}
