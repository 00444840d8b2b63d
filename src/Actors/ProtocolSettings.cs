using ActorSparse.Actors.State;
using ActorSparse.Model;
using Akka.Configuration;

namespace ActorSparse.Actors;

/// <summary>
/// Timeouts and limits of the protocol, from the section <c>actorsparse.protocol</c> of the Akka configuration (hocon/laptop.conf).
/// </summary>
public sealed record ProtocolSettings
{
    /// <summary>Where the settings are.</summary>
    public const string Section = "actorsparse.protocol";

    /// <summary>Dispatcher of the coordinator.</summary>
    public const string CoordinatorDispatcher = "actorsparse.coordinator-dispatcher";

    /// <summary>Dispatcher of the workers.</summary>
    public const string WorkerDispatcher = "actorsparse.worker-dispatcher";

    /// <summary>Dispatcher of topology actor, evaluator and checkpoint writer.</summary>
    public const string HelperDispatcher = "actorsparse.helper-dispatcher";

    /// <summary>How often coordinator and workers look for what did not come.</summary>
    public required TimeSpan HousekeepingInterval { get; init; }

    /// <summary>Housekeeping intervals after which a worker asks again.</summary>
    public required int AnswerTicks { get; init; }

    /// <summary>Housekeeping intervals of silence after which a worker's batch is taken back.</summary>
    public required int SilenceTicks { get; init; }

    /// <summary>Housekeeping intervals after which an evolution or evaluation is asked for again.</summary>
    public required int HelperTicks { get; init; }

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

    /// <summary>Batches of phase two between signs of life.</summary>
    public required int SignOfLifeBatches { get; init; }

    /// <summary>Reads the section from the configuration of an actor system.</summary>
    /// <exception cref="InvalidInputException">A setting is missing or out of range.</exception>
    public static ProtocolSettings From(Config configuration)
    {
        var section = new SettingsSection(configuration, Section, "hocon/laptop.conf");
        var interval = section.Duration("housekeeping-interval");
        int Ticks(string key) => Math.Max(1, (int)Math.Ceiling(section.Duration(key) / interval));
        return new()
        {
            HousekeepingInterval = interval,
            AnswerTicks = Ticks("answer-timeout"),
            SilenceTicks = Ticks("silence-timeout"),
            HelperTicks = Ticks("helper-timeout"),
            WorkerRestarts = new(
                section.Number("worker-restarts-max", 0),
                section.Duration("worker-backoff-min"),
                section.Duration("worker-backoff-max")),
            WorkerHealthyAfterResults = section.Number("worker-healthy-after-results", 1),
            HelperRestartsMax = section.Number("helper-restarts-max", 0),
            NotFiniteMax = section.Number("not-finite-max", 1),
            TopologyHistory = section.Number("topology-history", 1),
            SignOfLifeBatches = section.Number("sign-of-life-batches", 1),
        };
    }
}
