namespace ActorSparse.Host.Runs;

/// <summary>
/// A way of training: one trainer, or a coordinator with workers. Each writes the same run folder. Making one starts all that training needs
/// and that may fail: only then is the run folder written.
/// </summary>
internal interface ITrainingMode : IDisposable
{
    /// <summary>
    /// Trains until all epochs are done, <paramref name="stop"/> asks for an end, or training diverged a second time. Unless it diverged,
    /// the last checkpoint is of where it stands then, and so is the network that it began with.
    /// </summary>
    /// <param name="files">Where rows and checkpoints go.</param>
    /// <param name="reporter">Is told how it goes.</param>
    /// <param name="stop">Asks for an end.</param>
    ModeResult Run(RunFiles files, RunReporter reporter, CancellationToken stop);
}
