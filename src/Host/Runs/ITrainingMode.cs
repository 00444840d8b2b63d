using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>A way of training: one trainer, or a coordinator with workers. Each writes the same run folder.</summary>
public interface ITrainingMode
{
    /// <summary>Name as --mode takes it.</summary>
    string Name { get; }

    /// <summary>Number of workers; 1 where there are none. Known once training has begun.</summary>
    int WorkerCount { get; }

    /// <summary>What only runs with workers know, once training has ended; null for others.</summary>
    DistributedFacts? Facts { get; }

    /// <summary>
    /// Trains until all epochs are done or <paramref name="stop"/> asks for an end, saves the last checkpoint, and returns where training
    /// stands; the network that it began with is then as that state says.
    /// </summary>
    /// <param name="job">What is trained.</param>
    /// <param name="begin">Where training begins, with the network to train.</param>
    /// <param name="recorder">Who is told.</param>
    /// <param name="settings">All options, for those of the mode.</param>
    /// <param name="stop">Asks for an end.</param>
    /// <exception cref="TrainingDivergedException">Training diverged, also at half the learning rate.</exception>
    TrainingState Run(TrainingJob job, Checkpoint begin, RunRecorder recorder, Settings settings, CancellationToken stop);
}
