namespace Akka.Dispatch;

/// <summary>Runs actors on the .NET thread pool.</summary>
public sealed class ThreadPoolDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    // The shared queue, not the thread's own, which is served last in first out: no actor can starve another.
    protected override void ExecuteTask(IRunnable run) => ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
}
