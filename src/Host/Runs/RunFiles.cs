using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>
/// The rows and checkpoints of a run. They belong to one thread at a time, so that nothing is locked: to the main one before and after
/// training, in between to whoever trains, which with workers is the checkpoint actor, and to no other until all actors have stopped. A
/// write that fails loses nothing that a later one would not bring: rows and the best network are kept until they are written.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="job">What is trained.</param>
/// <param name="begin">The checkpoint at the beginning, with the network to train; its configuration and data facts are in all that
/// follow.</param>
/// <param name="checkpointEvery">Epochs between checkpoints that are kept; 0 for none.</param>
internal sealed class RunFiles(RunFolder folder, TrainingJob job, Checkpoint begin, int checkpointEvery) : ICheckpointSink, IDisposable
{
    private Network? _unwrittenBest;
    private readonly MetricsFile _metrics = new(folder.Root, begin.State!.Epoch);

    /// <summary>The checkpoint at the beginning, with the network to train.</summary>
    public Checkpoint Begin => begin;

    /// <summary>Where training stood when a checkpoint was last to be written.</summary>
    public TrainingState LastState { get; private set; } = begin.State!;

    /// <summary>Where it stood when one was last written; null if none is there.</summary>
    public TrainingState? WrittenState { get; private set; } = folder.HasCheckpoint ? begin.State : null;

    /// <summary>Why the last write failed; null if it did not.</summary>
    public string? Failure { get; private set; }

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
        Failure = null;
        try
        {
            if (metrics is null) _metrics.CatchUp();
            else _metrics.Append(metrics);
            if ((best ?? _unwrittenBest) is { } network) SaveBest(network);
            best = null;
            CheckpointFile.Save(folder.LastCheckpoint, checkpoint);
            WrittenState = LastState;
            if (checkpointEvery > 0 && metrics is not null && metrics.Epoch % checkpointEvery == 0)
                CheckpointFile.Save(folder.EpochCheckpoint(metrics.Epoch), checkpoint);
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            if (best is not null) KeepBest(best.Clone());
            if (WrittenState != LastState) Failure = error.Message;
            throw;
        }
    }

    /// <summary>As <see cref="Write(Checkpoint, EpochMetrics?, Network?)"/>; says why it could not be written, null if it was.</summary>
    public string? TryWrite(Checkpoint checkpoint, EpochMetrics? metrics)
    {
        try
        {
            Write(checkpoint, metrics);
            return null;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            return error.Message;
        }
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
            BestTestScore = state.BestScore,
            Validation = state.Validation,
            RateScale = state.RateScale,
            BestEpochLoss = state.BestEpochLoss,
        };
        using var average = isBest ? state.AverageReplicas() : null;
        Write(RunCheckpoint.Of(state, begin with { State = where }), metrics, isBest ? average ?? state.Network : null);
    }

    /// <summary>Writes the best network so far; if it cannot be written it is before the next checkpoint.</summary>
    public void WriteBest(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        try
        {
            SaveBest(network);
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            KeepBest(network.Clone());
        }
    }

    /// <summary>
    /// The checkpoint written last, to go on from once more; the caller's. Null if none was: then the run is at its beginning. Rows of
    /// epochs after it, which will be made again, go.
    /// </summary>
    public Checkpoint? GoBack()
    {
        var last = folder.HasCheckpoint ? CheckpointFile.Load(folder.LastCheckpoint) : null;
        LastState = last?.State ?? begin.State!;
        KeepBest(null); // it came after the checkpoint
        _metrics.GoBackTo(LastState.Epoch);
        try
        {
            _metrics.CatchUp();
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            // With the next row.
        }
        return last;
    }

    /// <inheritdoc/>
    public RunState? ReadLast() => GoBack() is { } last ? RunCheckpoint.Read(last, job, "the last checkpoint") : null;

    /// <inheritdoc/>
    public void Dispose() => KeepBest(null);

    private void SaveBest(Network network)
    {
        CheckpointFile.Save(folder.BestCheckpoint, begin with { Network = network, State = null, Replicas = [], Coordination = null });
        KeepBest(null);
    }

    private void KeepBest(Network? network)
    {
        _unwrittenBest?.Dispose();
        _unwrittenBest = network;
    }

    private static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException;
}
