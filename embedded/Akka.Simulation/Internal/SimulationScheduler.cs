using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Simulation.Internal;

/// <summary>A scheduler whose time is that of the simulation.</summary>
internal sealed class SimulationScheduler(Config schedulerConfig, ILoggingAdapter log) : SchedulerBase(schedulerConfig, log)
{
    /// <summary>Where virtual time begins; any fixed date will do.</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private ActorSimulation? _simulation;

    public override TimeSpan MonotonicClock => _simulation?.Time ?? TimeSpan.Zero;

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => Epoch + MonotonicClock;

    /// <summary>The system makes its scheduler itself, from a class name; the simulation comes afterwards.</summary>
    internal void Attach(ActorSimulation simulation) => _simulation = simulation;

    internal override void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable) =>
        _simulation!.AddTimer(MonotonicClock + delay, new SimulationTimer(action, interval, cancelable));
}
