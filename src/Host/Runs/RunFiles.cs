using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>
/// The rows and checkpoints of a run. They belong to one thread at a time, so that nothing is locked: to the main one before and after
/// training, in between to whoever trains, which with workers is the checkpoint actor, and to no other until all actors have stopped.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="job">What is trained.</param>
/// <param name="begin">The checkpoint at the beginning, with the network to train; its configuration and data facts are in all that
/// follow.</param>
/// <param name="checkpointEvery">Epochs between checkpoints that are kept; 0 for none.</param>
internal sealed class RunFiles(RunFolder folder, TrainingJob job, Checkpoint begin, int checkpointEvery) : ICheckpointSink
{
    private readonly MetricsFile _metrics = new(folder.Root, begin.State!.Epoch);

    /// <summary>The checkpoint at the beginning, with the network to train.</summary>
    public Checkpoint Begin => begin;

    /// <summary>Where training stood when a checkpoint was last to be written.</summary>
    public TrainingState LastState { get; private set; } = begin.State!;

    /// <summary>The rows of all epochs, those before a resumption included.</summary>
    public IReadOnlyList<EpochMetrics> Rows => _metrics.Rows;

    /// <summary>
    /// Writes the row of the epoch that ended, if one did, the best network, if there is a new one, and the checkpoint that --resume goes
    /// on from. In this order: a crash leaves a row too many, which resuming drops and makes again, never a checkpoint without its row, nor
    /// one that knows of a best network that is not there.
    /// </summary>
    public void Write(Checkpoint checkpoint, EpochMetrics? metrics, Network? best = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        LastState = checkpoint.State!;
        if (metrics is null) _metrics.CatchUp();
        else _metrics.Append(metrics);
        if (best is not null) WriteBest(best);
        CheckpointFile.Save(folder.LastCheckpoint, checkpoint);
        if (checkpointEvery > 0 && metrics is not null && metrics.Epoch % checkpointEvery == 0)
            CheckpointFile.Save(folder.EpochCheckpoint(metrics.Epoch), checkpoint);
    }

    /// <inheritdoc/>
    public void Write(RunState state, EpochMetrics? metrics, bool isBest)
    {
        ArgumentNullException.ThrowIfNull(state);
        var where = new TrainingState
        {
            Seed = begin.State!.Seed,
            Epoch = state.EpochsDone(job.Plan),
            UpdateCount = state.Updates,
            LastLearningRate = state.LearningRate,
            BestTestAccuracy = state.BestAccuracy,
            RateScale = state.RateScale,
            BestEpochLoss = state.BestEpochLoss,
        };
        using var average = isBest ? state.AverageReplicas() : null;
        Write(RunCheckpoint.Of(state, begin with { State = where }), metrics, isBest ? average ?? state.Network : null);
    }

    /// <summary>Writes the best network so far.</summary>
    public void WriteBest(Network network) =>
        CheckpointFile.Save(folder.BestCheckpoint, begin with { Network = network, State = null, Replicas = [], Coordination = null });

    /// <summary>
    /// The checkpoint written last, to go on from once more; the caller's. Null if none was: then the run is at its beginning. Rows of
    /// epochs after it, which will be made again, go.
    /// </summary>
    public Checkpoint? GoBack()
    {
        var last = folder.HasCheckpoint ? CheckpointFile.Load(folder.LastCheckpoint) : null;
        LastState = last?.State ?? begin.State!;
        _metrics.GoBackTo(LastState.Epoch);
        return last;
    }

    /// <inheritdoc/>
    public RunState? ReadLast() => GoBack() is { } last ? RunCheckpoint.Read(last, job, "the last checkpoint") : null;
}
