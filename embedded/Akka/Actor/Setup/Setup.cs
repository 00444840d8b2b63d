namespace Akka.Actor.Setup;

/// <summary>A typed part of an <see cref="ActorSystemSetup"/>.</summary>
public abstract class Setup
{
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
