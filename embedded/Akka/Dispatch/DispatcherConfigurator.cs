using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Makes one dispatcher that all actors of a block share: on the .NET thread pool or on threads of its own.</summary>
public class DispatcherConfigurator : MessageDispatcherConfigurator, IDisposable
{
    private readonly Lazy<MessageDispatcher> _dispatcher;

    public DispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new Lazy<MessageDispatcher>(Create);

    public override MessageDispatcher Dispatcher() => _dispatcher.Value;

    /// <summary>Ends the dispatcher's threads.</summary>
    public void Dispose()
    {
        if (_dispatcher.IsValueCreated)
            _dispatcher.Value.ShutdownNow();
        GC.SuppressFinalize(this);
    }

    private MessageDispatcher Create()
    {
        if (Config.GetString("type") == "ForkJoinDispatcher")
            return new ForkJoinDispatcher(this, ThreadCount());
        var executor = Config.GetString("executor", "default-executor");
        return executor switch
        {
            "default-executor" or "thread-pool-executor" or "task-executor" => new ThreadPoolDispatcher(this),
            "fork-join-executor" => new ForkJoinDispatcher(this, ThreadCount()),
            _ => throw new ConfigurationException(
                $"{Config.GetString("id")}.executor is {executor}; expected default-executor, thread-pool-executor, task-executor "
                + "or fork-join-executor"),
        };
    }

    private int ThreadCount()
    {
        const string dedicated = "dedicated-thread-pool.thread-count";
        if (Config.HasPath(dedicated))
            return Checked(Config.GetInt(dedicated), dedicated);
        var factor = Config.GetDouble("fork-join-executor.parallelism-factor", 1);
        var count = (int)Math.Ceiling(Environment.ProcessorCount * factor);
        var (min, max) = (Config.GetInt("fork-join-executor.parallelism-min", 8), Config.GetInt("fork-join-executor.parallelism-max", 64));
        return Checked(Math.Max(min, Math.Min(max, count)), "fork-join-executor.parallelism-min");
    }

    private int Checked(int count, string setting) =>
        count >= 1 ? count : throw new ConfigurationException($"{Config.GetString("id")}.{setting} is {count}; expected 1 or more");
}
