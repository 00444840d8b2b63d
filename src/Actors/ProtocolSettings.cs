using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using Akka.Configuration;

namespace ActorSparse.Actors;

/// <summary>
/// Timeouts and limits of the protocol, from the section <c>actorsparse.protocol</c> of the Akka configuration (hocon/laptop.conf).
/// </summary>
internal sealed record ProtocolSettings
{
    /// <summary>Where the settings are.</summary>
    public const string Section = "actorsparse.protocol";

    /// <summary>Dispatcher of the coordinator.</summary>
    public const string CoordinatorDispatcher = "actorsparse.coordinator-dispatcher";

    /// <summary>Dispatcher of the workers; in one process that of coordinator and topology actor too.</summary>
    public const string WorkerDispatcher = "actorsparse.worker-dispatcher";

    /// <summary>Dispatcher of the topology actor.</summary>
    public const string TopologyDispatcher = "actorsparse.topology-dispatcher";

    /// <summary>Dispatcher of evaluator and checkpoint writer.</summary>
    public const string HelperDispatcher = "actorsparse.helper-dispatcher";

    /// <summary>How often the coordinator says where the run stands.</summary>
    public required TimeSpan StatusInterval { get; init; }

    /// <summary>A worker that has waited so long for an answer asks again.</summary>
    public required TimeSpan AnswerTimeout { get; init; }

    /// <summary>After so long a silence a worker's batch is for whoever has none.</summary>
    public required TimeSpan SilenceTimeout { get; init; }

    /// <summary>How often and after which delay a worker is started anew.</summary>
    public required RestartBudget WorkerRestarts { get; init; }

    /// <summary>Results after which a restarted worker counts as healthy again.</summary>
    public required int WorkerHealthyAfterResults { get; init; }

    /// <summary>How often in a row a helper is started anew.</summary>
    public required int HelperRestartsMax { get; init; }

    /// <summary>Refusals of NaN or infinity in one epoch that stop the run.</summary>
    public required int NotFiniteMax { get; init; }

    /// <summary>Changes of a layer through which an old gradient can be carried over.</summary>
    public required int TopologyHistory { get; init; }

    /// <summary>A worker in phase two says how far it is so often, or after every batch if that takes longer.</summary>
    public required TimeSpan SignOfLifeInterval { get; init; }

    /// <summary>
    /// The configuration of an actor system for so many local workers: they, the coordinator and the topology actor share as many threads,
    /// but no more than there are cores.
    /// </summary>
    public static Config ForWorkers(Config configuration, int workers)
    {
        var threads = Math.Min(workers, Environment.ProcessorCount);
        return ConfigurationFactory.ParseString($"{WorkerDispatcher}.dedicated-thread-pool.thread-count = {threads}")
            .WithFallback(configuration);
    }

    /// <summary>Reads the section from the configuration of an actor system.</summary>
    /// <exception cref="InvalidInputException">A setting is missing or out of range.</exception>
    public static ProtocolSettings From(Config configuration)
    {
        var section = new SettingsSection(configuration, Section, "hocon/laptop.conf");
        return new()
        {
            StatusInterval = section.Duration("status-interval"),
            AnswerTimeout = section.Duration("answer-timeout"),
            SilenceTimeout = section.Duration("silence-timeout"),
            WorkerRestarts = new(
                section.Number("worker-restarts-max", 0),
                section.Duration("worker-backoff-min"),
                section.Duration("worker-backoff-max")),
            WorkerHealthyAfterResults = section.Number("worker-healthy-after-results", 1),
            HelperRestartsMax = section.Number("helper-restarts-max", 0),
            NotFiniteMax = section.Number("not-finite-max", 1),
            TopologyHistory = section.Number("topology-history", 1),
            SignOfLifeInterval = section.Duration("sign-of-life-interval"),
        };
    }
}
