using Akka.Actor;

namespace Akka.Simulation.Internal;

/// <summary>Work at a time, once or at intervals.</summary>
internal sealed record SimulationTimer(Action Action, TimeSpan? Interval, ICancelable? Cancelable)
{
    internal bool IsCancelled => Cancelable?.IsCancellationRequested == true;
}
