namespace Akka.Dispatch;

/// <summary>Runs actors on a fixed number of threads of its own, out of the thread pool's way.</summary>
public sealed class ForkJoinDispatcher(MessageDispatcherConfigurator configurator, int threadCount) : MessageDispatcher(configurator)
{
    private readonly DedicatedThreads _threads = new(configurator.Config.GetString("id", "")!, threadCount);

    protected override void ExecuteTask(IRunnable run) => _threads.Add(run);

    protected override void Shutdown() => _threads.Stop();
}
