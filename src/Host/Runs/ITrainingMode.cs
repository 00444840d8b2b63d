using ActorSparse.Host.Configuration;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Runs;

/// <summary>A way of training: one trainer, or a coordinator with workers. Each writes the same run folder.</summary>
internal interface ITrainingMode
{
    /// <summary>
    /// Trains until all epochs are done, <paramref name="stop"/> asks for an end, or training diverged a second time. Unless it diverged,
    /// the last checkpoint is of where it stands then, and so is the network that it began with.
    /// </summary>
    /// <param name="job">What is trained.</param>
    /// <param name="settings">All options, for those of the mode.</param>
    /// <param name="files">The checkpoint to begin with, and where rows and checkpoints go.</param>
    /// <param name="reporter">Is told how it goes.</param>
    /// <param name="stop">Asks for an end.</param>
    ModeResult Run(TrainingJob job, Settings settings, RunFiles files, RunReporter reporter, CancellationToken stop);
}
