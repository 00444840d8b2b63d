using System.Collections.Concurrent;
using System.Globalization;
using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using RunJob = ActorSparse.Model.Coordination.TrainingJob;

namespace ActorSparse.Host.Runs;

/// <summary>
/// Takes what a coordinator reports to the run's metrics, checkpoints, log and display, on the thread that empties the pump.
/// </summary>
internal sealed class DistributedListener : ITrainingListener, ICheckpointSink, IDisposable
{
    private readonly TrainingJob _job;
    private readonly RunJob _run;
    private readonly RunPlan _plan;
    private readonly BlockingCollection<Action> _pump;
    private readonly long _firstUpdates;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly CancellationTokenSource _abandoned = new();
    private (long Timestamp, long Updates) _shown;

    public DistributedListener(TrainingJob job, RunJob run, RunState state, BlockingCollection<Action> pump)
    {
        (_job, _run, _plan, _pump, _clock) = (job, run, run.Plan, pump, run.Clock);
        _firstUpdates = state.Updates;
        _started = _clock.GetTimestamp();
        _shown = (_started, _firstUpdates);
        LastState = job.Start;
    }

    /// <summary>Where training stood at the last checkpoint.</summary>
    public TrainingState LastState { get; private set; }

    public DistributedFacts Facts(RunStatus status) => new(
        (status.Updates - _firstUpdates) / _clock.GetElapsedTime(_started).TotalSeconds, status.StalenessMean, status.StalenessMax,
        status.WorkersLost);

    public void OnEpoch(EpochMetrics metrics) => Do(() =>
    {
        _job.Recorder.Record(metrics);
        if (metrics.MissingGrowth > 0)
            _job.Recorder.Log($"epoch {metrics.Epoch}: {metrics.MissingGrowth} connections found no empty position to grow at");
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
        _job.Recorder.Show(new(
            Math.Min(status.Epoch + 1, _plan.Epochs), _plan.Epochs, status.BatchesDone, status.BatchesPerEpoch, status.Loss,
            status.Samples, detail));
    });

    public void OnEvent(RunEvent kind, string text) => Do(() =>
    {
        if (kind == RunEvent.Retried) _job.Recorder.Retry(text);
        else _job.Recorder.Log($"{kind}: {text}");
    });

    // Called by the checkpoint writer, which waits until it is written: the state is its own.
    public void Write(RunState state, EpochMetrics? metrics, bool isBest) => DoAndWait(() =>
    {
        Save(state, metrics, isBest);
        return true;
    });

    // The job's network is that of the beginning until training is over.
    public RunState? ReadLast() => DoAndWait(() =>
    {
        var last = _job.Recorder.GoBack();
        LastState = _job.Recorder.LastState;
        return last is null ? RunState.Initial(_job.Network.Clone(), _run) : RunCheckpoint.Read(last, _run, "the last checkpoint");
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
            Seed = _job.Start.Seed,
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
            _job.Recorder.SaveBest(average ?? state.Network);
        }
        _job.Recorder.Save(LastState, template => RunCheckpoint.Of(state, template), metrics?.Epoch ?? 0);
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
