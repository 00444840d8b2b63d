namespace Akka.Actor;

/// <summary>Gives an actor timers, set by the runtime after construction.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}
