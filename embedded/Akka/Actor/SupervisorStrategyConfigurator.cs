namespace Akka.Actor;

/// <summary>Makes the /user guardian's strategy; named by <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public abstract SupervisorStrategy Create();

    internal static SupervisorStrategyConfigurator CreateConfigurator(string typeName) =>
        (SupervisorStrategyConfigurator)Activator.CreateInstance(
            Util.TypeExtensions.Resolve(typeName, "akka.actor.guardian-supervisor-strategy"))!;
}
