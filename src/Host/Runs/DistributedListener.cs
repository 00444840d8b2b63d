using System.Collections.Concurrent;
using System.Globalization;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>
/// Takes what a coordinator reports to the run's metrics, checkpoints, log and display, on the thread that empties the pump.
/// </summary>
internal sealed class DistributedListener : ITrainingListener, ICheckpointSink, IDisposable
{
    private readonly TrainingJob _job;
    private readonly Checkpoint _begin;
    private readonly RunRecorder _recorder;
    private readonly RunPlan _plan;
    private readonly BlockingCollection<Action> _pump;
    private readonly long _firstUpdates;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly CancellationTokenSource _abandoned = new();
    private (long Timestamp, long Updates) _shown;

    public DistributedListener(TrainingJob job, Checkpoint begin, RunRecorder recorder, RunState state, BlockingCollection<Action> pump)
    {
        (_job, _begin, _recorder, _plan, _pump, _clock) = (job, begin, recorder, job.Plan, pump, job.Clock);
        _firstUpdates = state.Updates;
        _started = _clock.GetTimestamp();
        _shown = (_started, _firstUpdates);
        LastState = begin.State!;
    }

    /// <summary>Where training stood at the last checkpoint.</summary>
    public TrainingState LastState { get; private set; }

    public DistributedFacts Facts(RunStatus status) => new(
        (status.Updates - _firstUpdates) / _clock.GetElapsedTime(_started).TotalSeconds, status.StalenessMean, status.StalenessMax,
        status.WorkersLost);

    public void OnEpoch(EpochMetrics metrics) => Do(() =>
    {
        _recorder.Record(metrics);
        if (metrics.MissingGrowth > 0)
            _recorder.Log($"epoch {metrics.Epoch}: {metrics.MissingGrowth} connections found no empty position to grow at");
    });

    public void OnStatus(RunStatus status) => Do(() =>
    {
        var now = _clock.GetTimestamp();
        // A run that is tried again has fewer than before.
        var rate = Math.Max(0, status.Updates - _shown.Updates) / Math.Max(1e-3, _clock.GetElapsedTime(_shown.Timestamp, now).TotalSeconds);
        _shown = (now, status.Updates);
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"phase {status.Phase.Name()}  version {status.ModelVersion}  {rate:N0} updates/s  " +
                $"staleness {status.StalenessMean:0.0}/{status.StalenessMax}  workers {status.WorkersAlive}  " +
                $"connections {status.Connections.Sum(count => (long)count):N0}  ");
        if (status.BytesSent > 0)
            detail += string.Create(CultureInfo.InvariantCulture,
                $"{(status.BytesSent + status.BytesReceived) / Math.Max(1, status.Updates - _firstUpdates):N0} bytes/update  ");
        _recorder.Show(new(
            Math.Min(status.Epoch + 1, _plan.Epochs), _plan.Epochs, status.BatchesDone, status.BatchesPerEpoch, status.Loss,
            status.Samples, detail));
    });

    public void OnEvent(RunEvent kind, string text) => Do(() =>
    {
        if (kind == RunEvent.Retried) _recorder.Retry(text);
        else _recorder.Log($"{kind}: {text}");
    });

    // Called by the checkpoint writer, which waits until it is written: the state is its own.
    public void Write(RunState state, EpochMetrics? metrics, bool isBest) => DoAndWait(() =>
    {
        Save(state, metrics, isBest);
        return true;
    });

    // The network at hand is that of the beginning until training is over.
    public RunState? ReadLast() => DoAndWait(() =>
    {
        var last = _recorder.GoBack();
        LastState = _recorder.LastState;
        return last is null ? RunState.Initial(_begin.Network.Clone(), _job) : RunCheckpoint.Read(last, "the last checkpoint");
    });

    /// <summary>The thread that emptied the pump has ended: nobody waits for it any more.</summary>
    public void Abandon()
    {
        _pump.CompleteAdding();
        _abandoned.Cancel();
    }

    public void Dispose() => _abandoned.Dispose();

    private void Save(RunState state, EpochMetrics? metrics, bool isBest)
    {
        LastState = new()
        {
            Seed = _job.Seed,
            Epoch = state.EpochsDone(_plan),
            UpdateCount = state.Updates,
            LastLearningRate = state.LearningRate,
            BestTestAccuracy = state.BestAccuracy,
            RateScale = state.RateScale,
            BestEpochLoss = state.BestEpochLoss,
        };
        if (isBest)
        {
            using var average = state.AverageReplicas();
            _recorder.SaveBest(average ?? state.Network);
        }
        _recorder.Save(LastState, template => RunCheckpoint.Of(state, template), metrics?.Epoch ?? 0);
    }

    private T DoAndWait<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>();
        Do(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidInputException)
            {
                done.SetException(exception);
            }
        });
        return done.Task.WaitAsync(_abandoned.Token).GetAwaiter().GetResult();
    }

    private void Do(Action action)
    {
        try
        {
            _pump.Add(action);
        }
        catch (InvalidOperationException)
        {
            // The run is over; what is still said of it comes too late.
        }
    }
}
