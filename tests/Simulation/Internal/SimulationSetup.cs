using Akka.Actor.Setup;

namespace Akka.Simulation.Internal;

/// <summary>How the dispatchers and the scheduler of a system find their simulation.</summary>
internal sealed class SimulationSetup(ActorSimulation simulation) : Setup
{
    internal ActorSimulation Simulation { get; } = simulation;
}
