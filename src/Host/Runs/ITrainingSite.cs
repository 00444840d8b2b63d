using ActorSparse.Model.Coordination;
using Akka.Actor;
using Akka.Configuration;
using Settings = ActorSparse.Host.Configuration.Settings;

namespace ActorSparse.Host.Runs;

/// <summary>Where the workers of a run are: in this process, or on other nodes.</summary>
internal interface ITrainingSite
{
    /// <summary>The command that trains there, as one would type it.</summary>
    string Command { get; }

    /// <summary>Lines about it for the beginning of a run.</summary>
    IEnumerable<string> Describe();

    /// <summary>Configuration of the actor system.</summary>
    Config Configuration { get; }

    /// <summary>Number of workers if nobody says how many.</summary>
    int DefaultWorkers { get; }

    /// <summary>Starts the actor system.</summary>
    ActorSystem Start(Config configuration);

    /// <summary>Trains in <paramref name="system"/>; <paramref name="listener"/> is told, and writes the checkpoints.</summary>
    Task<RunResult> TrainAsync(
        ActorSystem system, TrainingJob job, Settings settings, RunState state, DistributedListener listener, CancellationToken stop);

    /// <summary>Ends the actor system.</summary>
    Task CloseAsync(ActorSystem system);
}
