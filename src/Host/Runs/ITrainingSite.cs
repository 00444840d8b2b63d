using ActorSparse.Host.Configuration;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Runs;

/// <summary>Where the workers of a run are: in this process, or on other nodes.</summary>
internal interface ITrainingSite
{
    /// <summary>The command that trains there, as one would type it.</summary>
    string Command { get; }

    /// <summary>Lines about it for the beginning of a run.</summary>
    IEnumerable<string> Describe();

    /// <summary>Number of workers if nobody says how many.</summary>
    int DefaultWorkers { get; }

    /// <summary>Whether what workers send goes over a network.</summary>
    bool IsAcrossMachines { get; }

    /// <summary>Starts the actor system, and whatever else there is that may fail before training can begin.</summary>
    /// <param name="job">What will be trained.</param>
    /// <param name="settings">The options of the run, complete.</param>
    /// <exception cref="Model.InvalidInputException">It cannot be started as the settings say.</exception>
    void Start(TrainingJob job, Settings settings);

    /// <summary>Ends what <see cref="Start"/> started, if anything goes on still.</summary>
    Task StopAsync();

    /// <summary>
    /// Once it is started, trains from <paramref name="state"/>, which it takes over. When it is done, well or by an exception, all actors
    /// have stopped: nobody calls <paramref name="listener"/> or <paramref name="checkpoints"/> any more.
    /// </summary>
    Task<RunResult> TrainAsync(
        TrainingJob job, Settings settings, RunState state, ITrainingListener listener, ICheckpointSink checkpoints,
        CancellationToken stop);
}
