namespace Akka.Actor;

/// <summary>The system's source of time. <c>akka.scheduler.implementation</c> names the class, constructed with config and log.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider
{
    IAdvancedScheduler Advanced { get; }
}
