using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The orderly end of a system in phases, which run one after the other; the tasks of one phase run side by side. Phases, their
/// order (<c>depends-on</c>), timeouts and <c>recover</c> come from <c>akka.coordinated-shutdown</c>.
/// </summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly ActorSystemImpl _system;
    private readonly ILoggingAdapter _log;
    private readonly Config _config;
    private readonly ImmutableArray<Phase> _phases;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<(string Name, Func<Task<Done>> Task)>> _tasks = [];
    private readonly TaskCompletionSource<Done> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        _system = (ActorSystemImpl)system;
        _log = Logging.GetLogger(system, this);
        _config = system.Settings.Config.GetConfig("akka.coordinated-shutdown")!;
        _phases = ShutdownPhases.Read(_config);
        if (_config.GetBoolean("terminate-actor-system", true))
            AddTask(PhaseActorSystemTerminate, "terminate-system", TerminateSystem);
        if (_config.GetBoolean("run-by-clr-shutdown-hook", true))
            RunAtProcessExit();
    }

    public ExtendedActorSystem System => _system;

    /// <summary>Why the shutdown was started; null before that.</summary>
    public Reason? ShutdownReason
    {
        get
        {
            lock (_lock)
                return _reason;
        }
    }

    /// <summary>The sum of the timeouts of those phases that have tasks.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_lock)
                return _phases.Where(phase => _tasks.ContainsKey(phase.Name)).Aggregate(TimeSpan.Zero, (sum, phase) => sum + phase.Timeout);
        }
    }

    public static CoordinatedShutdown Get(ActorSystem system) => system.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <exception cref="ConfigurationException">There is no such phase.</exception>
    public TimeSpan Timeout(string phase) => FindPhase(phase).Timeout;

    /// <summary>Adds work to a phase; while the shutdown runs, to one that has not begun.</summary>
    /// <exception cref="ConfigurationException">There is no such phase.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskName);
        FindPhase(phase);
        lock (_lock)
        {
            if (!_tasks.TryGetValue(phase, out var tasks))
                _tasks[phase] = tasks = [];
            tasks.Add((taskName, task));
        }
    }

    /// <summary>Runs all phases from <paramref name="fromPhase"/> on, once: later calls get the same task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        lock (_lock)
        {
            if (_reason is not null)
                return _done.Task;
            _reason = reason;
        }

        var first = fromPhase is null ? 0 : _phases.IndexOf(FindPhase(fromPhase));
        _ = Task.Run(() => RunPhases(first));
        return _done.Task;
    }

    private async Task RunPhases(int first)
    {
        try
        {
            foreach (var phase in _phases.Skip(first))
                await RunPhase(phase).ConfigureAwait(false);
            _done.TrySetResult(Done.Instance);
        }
        catch (Exception failure)
        {
            _done.TrySetException(failure);
        }
    }

    private async Task RunPhase(Phase phase)
    {
        List<(string Name, Func<Task<Done>> Task)> tasks;
        lock (_lock)
            tasks = _tasks.GetValueOrDefault(phase.Name, []);
        if (tasks.Count == 0)
            return;
        if (!phase.Enabled)
        {
            _log.Info("Phase [{0}] disabled through configuration, skipping [{1}] tasks.", phase.Name, tasks.Count);
            return;
        }

        var names = string.Join(", ", tasks.Select(task => task.Name));
        _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]", phase.Name, tasks.Count, names);
        var all = Task.WhenAll(tasks.Select(task => RunTask(phase, task.Name, task.Task)));
        try
        {
            await all.WaitAsync(phase.Timeout).ConfigureAwait(false);
        }
        catch (TimeoutException) when (phase.Recover || IsEndOfSystem(phase))
        {
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase.Name, phase.Timeout);
        }
    }

    // The system's own end is not given up for slowness of an actor: there is nothing after it.
    private static bool IsEndOfSystem(Phase phase) => phase.Name == PhaseActorSystemTerminate;

    private async Task RunTask(Phase phase, string name, Func<Task<Done>> task)
    {
        try
        {
            await task().ConfigureAwait(false);
        }
        catch (Exception failure) when (phase.Recover)
        {
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase.Name, failure.Message);
        }
    }

    private async Task<Done> TerminateSystem()
    {
        await _system.FinalTerminate().ConfigureAwait(false);
        if (_config.GetBoolean("exit-clr"))
            Environment.Exit(0);
        return Done.Instance;
    }

    private void RunAtProcessExit()
    {
        void OnExit(object? sender, EventArgs e) => Run(ClrExitReason.Instance).Wait(TotalTimeout);

        AppDomain.CurrentDomain.ProcessExit += OnExit;
        _system.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= OnExit);
    }

    private Phase FindPhase(string name) =>
        _phases.FirstOrDefault(phase => phase.Name == name)
        ?? throw new ConfigurationException(
            $"Unknown phase [{name}], known phases [{string.Join(", ", _phases.Select(phase => phase.Name))}]. "
            + "All phases are in akka.coordinated-shutdown.phases.");

    /// <summary>Why a system shuts down; applications add their own.</summary>
    public class Reason
    {
        protected Reason()
        {
        }
    }

    public sealed class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();

        private UnknownReason()
        {
        }
    }

    public sealed class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason()
        {
        }
    }

    public sealed class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason()
        {
        }
    }
}
