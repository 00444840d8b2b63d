namespace Akka.Actor;

/// <summary>Gives an actor timers, set by the runtime before the constructor runs.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}
