using System.Globalization;

namespace ActorSparse.Model.Coordination;

/// <summary>How far a run has come since it is coordinated here, for those who ask.</summary>
internal sealed class RunProgress
{
    private RunStatus? _status;
    private (long Problems, long Questions, int WorkersLost, LinkTraffic Traffic)? _recovery;
    private long _firstUpdates;

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => _status?.Phase == RunPhase.Finished;

    /// <summary>The run stands there now.</summary>
    public void Hear(RunStatus status)
    {
        if (_status is null) _firstUpdates = status.Updates;
        _status = status;
    }

    /// <summary>A series of recoveries stands there now.</summary>
    public void HearRecovery(long problems, long questions, int workersLost, LinkTraffic traffic) =>
        _recovery = (problems, questions, workersLost, traffic);

    /// <summary>All of it, line by line, with what the run does not know of itself.</summary>
    /// <param name="workers">Workers that take part.</param>
    /// <param name="rejected">How often a node was rejected.</param>
    /// <param name="refused">Messages between nodes that were refused.</param>
    /// <param name="losses">Losses between nodes that were repaired.</param>
    public IEnumerable<string> Describe(int workers, long rejected, long refused, long losses)
    {
        var culture = CultureInfo.InvariantCulture;
        if (_recovery is { } recovery)
        {
            yield return string.Create(culture, $"recovery {recovery.Problems}, question {recovery.Questions}");
            yield return string.Create(culture, $"{workers} workers now, {recovery.WorkersLost} lost so far; {rejected} nodes rejected");
            yield return string.Create(culture, $"{recovery.Traffic.BytesSent} bytes sent, {recovery.Traffic.BytesReceived} received");
            yield return string.Create(culture, $"{refused} messages refused, {losses} losses repaired");
            yield break;
        }
        if (_status is not { } status)
        {
            yield return "the run has not begun";
            yield break;
        }
        var connections = status.Connections.Sum(count => (long)count);
        var updates = status.Updates - _firstUpdates;
        yield return status.Phase is RunPhase.Averaging or RunPhase.Finished
            ? string.Create(culture, $"phase {status.Phase}, after epoch {status.Epoch}")
            : string.Create(culture,
                $"phase {status.Phase}, epoch {status.Epoch + 1}, batch {status.BatchesDone} of {status.BatchesPerEpoch}");
        yield return string.Create(culture,
            $"version {status.ModelVersion}, {status.Updates} updates, "
                + $"staleness {status.StalenessMean:0.00}, at most {status.StalenessMax}");
        yield return string.Create(culture,
            $"{workers} workers now, {status.WorkersLost} lost so far; {rejected} nodes rejected");
        if (updates > 0)
        {
            var perUpdate = (status.BytesSent + status.BytesReceived) / (double)updates;
            yield return string.Create(culture,
                $"{perUpdate:0} bytes an update both ways, "
                    + $"{perUpdate / Math.Max(1, connections):0.00} for each of {connections} connections");
        }
        yield return string.Create(culture, $"{status.BytesSent} bytes sent, {status.BytesReceived} received");
        yield return string.Create(culture, $"{refused} messages refused, {losses} losses repaired");
    }
}
