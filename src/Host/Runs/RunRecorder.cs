using ActorSparse.Host.Progress;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Writes a run's metrics and checkpoints as training goes, and tells the display.</summary>
public sealed class RunRecorder : TrainingObserver
{
    private readonly RunFolder _folder;
    private readonly MetricsFile _metrics;
    private readonly ITrainingDisplay _display;
    private readonly Checkpoint _checkpoint;
    private readonly int _epochs, _checkpointEvery;

    /// <summary>Records a run in its folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="display">Who is told.</param>
    /// <param name="checkpoint">The checkpoint at the beginning: network, configuration and data facts of all that follow.</param>
    /// <param name="epochs">Epochs of the run.</param>
    /// <param name="checkpointEvery">Epochs between checkpoints that are kept; 0 for none.</param>
    public RunRecorder(RunFolder folder, MetricsFile metrics, ITrainingDisplay display, Checkpoint checkpoint, int epochs,
        int checkpointEvery)
    {
        (_folder, _metrics, _display, _checkpoint, _epochs, _checkpointEvery) =
            (folder, metrics, display, checkpoint, epochs, checkpointEvery);
        LastState = checkpoint.State!;
    }

    /// <summary>Where training stood when the recorder last heard of it; a mode that hears of it later says so.</summary>
    public TrainingState LastState { get; set; }

    /// <inheritdoc/>
    public override void OnBatch(TrainingState state, int batchCount)
    {
        LastState = state;
        var loss = state.EpochLossSum / Math.Max(1, state.EpochSampleCount);
        _display.Update(new(state.Epoch + 1, _epochs, state.Batch, batchCount, loss, state.EpochSampleCount));
    }

    /// <inheritdoc/>
    public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
    {
        if (isBest) SaveBest(network);
    }

    /// <summary>Shows where training is.</summary>
    public void Show(TrainingProgress progress) => _display.Update(progress);

    /// <summary>Writes a line to the log of events.</summary>
    public void Log(string text) => _folder.Log(text);

    /// <summary>Writes to the log of events that the run is tried again, and shows it.</summary>
    public void Retry(string text)
    {
        _folder.Log($"Retried: {text}");
        _display.Say(text);
    }

    /// <summary>
    /// The checkpoint written last, to go on from once more; the caller's. Null if none was: then the run is at its beginning. Rows of
    /// epochs after it, which will be made again, go.
    /// </summary>
    public Checkpoint? GoBack()
    {
        var last = _folder.HasCheckpoint ? CheckpointFile.Load(_folder.LastCheckpoint) : null;
        LastState = last?.State ?? _checkpoint.State!;
        _metrics.GoBackTo(LastState.Epoch);
        return last;
    }

    /// <summary>Takes the row of an epoch.</summary>
    public void Record(EpochMetrics row)
    {
        _metrics.Append(row);
        _display.EndEpoch(row, _epochs);
    }

    /// <summary>
    /// Writes the checkpoint that --resume goes on from, with what <paramref name="complete"/> adds; keeps it as that of epoch <paramref
    /// name="epoch"/>, counted from 1, if it is one that is kept.
    /// </summary>
    public void Save(TrainingState state, Func<Checkpoint, Checkpoint> complete, int epoch)
    {
        ArgumentNullException.ThrowIfNull(complete);
        LastState = state;
        var checkpoint = complete(_checkpoint with { State = state });
        CheckpointFile.Save(_folder.LastCheckpoint, checkpoint);
        if (_checkpointEvery > 0 && epoch > 0 && epoch % _checkpointEvery == 0)
            CheckpointFile.Save(_folder.EpochCheckpoint(epoch), checkpoint);
    }

    /// <summary>Writes the best network so far.</summary>
    public void SaveBest(Network network) =>
        CheckpointFile.Save(_folder.BestCheckpoint, _checkpoint with { Network = network, State = null, Replicas = [], Coordination =
            null });

    /// <inheritdoc/>
    public override void OnEpoch(EpochMetrics metrics, TrainingState state)
    {
        LastState = state;
        _metrics.Append(metrics);
        Save(state);
        if (_checkpointEvery > 0 && metrics.Epoch % _checkpointEvery == 0)
            CheckpointFile.Save(_folder.EpochCheckpoint(metrics.Epoch), _checkpoint with { State = state, Phase = metrics.Phase });
        if (metrics.MissingGrowth > 0)
            _folder.Log($"epoch {metrics.Epoch}: {metrics.MissingGrowth} connections found no empty position to grow at");
        _display.EndEpoch(metrics, _epochs);
    }

    /// <summary>Writes the checkpoint that --resume goes on from.</summary>
    public void Save(TrainingState state) => CheckpointFile.Save(_folder.LastCheckpoint, _checkpoint with { State = state });

}
