namespace Akka.Actor;

/// <summary>Gives an actor a stash without limit.</summary>
public interface IWithUnboundedStash : IWithStash;
