using System.Globalization;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Shows and logs what a coordinator reports.</summary>
internal sealed class DistributedListener : ITrainingListener
{
    private readonly RunReporter _reporter;
    private readonly TimeProvider _clock;
    private readonly long _firstUpdates;
    private (long Timestamp, long Updates, bool IsTraining) _shown;
    private double _trainingSeconds;

    public DistributedListener(TrainingJob job, RunReporter reporter, long firstUpdates)
    {
        (_reporter, _clock, _firstUpdates) = (reporter, job.Clock, firstUpdates);
        _shown = (_clock.GetTimestamp(), firstUpdates, false);
    }

    /// <summary>What there is to say of the whole once <see cref="OnStatus"/> was told of its end.</summary>
    public DistributedFacts Facts(RunStatus status) => new(
        _trainingSeconds > 0 ? (status.Updates - _firstUpdates) / _trainingSeconds : 0, status.StalenessMean, status.StalenessMax,
        status.WorkersLost);

    public void OnEpoch(EpochMetrics metrics) => _reporter.EndEpoch(metrics);

    public void OnStatus(RunStatus status)
    {
        _reporter.Hear(status);
        var now = _clock.GetTimestamp();
        var seconds = _clock.GetElapsedTime(_shown.Timestamp, now).TotalSeconds;
        // A run that is tried again has fewer than before.
        var rate = Math.Max(0, status.Updates - _shown.Updates) / Math.Max(1e-3, seconds);
        // Waiting for workers is not training.
        if (_shown.IsTraining) _trainingSeconds += seconds;
        _shown = (now, status.Updates, status.Phase != RunPhase.WaitingForWorkers && status.WorkersAlive > 0);
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"phase {status.Phase.Name()}  version {status.ModelVersion}  {rate:N0} updates/s  " +
                $"staleness {status.StalenessMean:0.0}/{status.StalenessMax}  workers {status.WorkersAlive}  " +
                $"connections {status.Connections.Sum(count => (long)count):N0}  ");
        if (status.BytesSent > 0)
            detail += string.Create(CultureInfo.InvariantCulture,
                $"{(status.BytesSent + status.BytesReceived) / Math.Max(1, status.Updates - _firstUpdates):N0} bytes/update  ");
        _reporter.Show(status.Epoch + 1, status.BatchesDone, status.BatchesPerEpoch, status.Loss, status.Samples, detail);
    }

    public void OnEvent(RunEvent kind, string text)
    {
        // It may be over before the first status.
        if (kind == RunEvent.PhaseBegan && !_shown.IsTraining) _shown = (_clock.GetTimestamp(), _shown.Updates, true);
        if (kind is RunEvent.Retried or RunEvent.CoordinatorSilent or RunEvent.CheckpointFailed or RunEvent.CheckpointsResumed)
            _reporter.Tell(kind, text);
        else _reporter.Log(kind, text);
    }
}
