using ActorSparse.Host.Progress;
using ActorSparse.Host.Watching;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Shows how a run goes, and writes its log of events. Called by one thread at a time.</summary>
internal sealed class RunReporter(RunFolder folder, ITrainingDisplay display, int epochs, RunWatch? watch = null)
{
    private bool _isLogBehind;

    /// <summary>Shows where training is within an epoch, counted from 1.</summary>
    public void Show(int epoch, int batch, int batches, double loss, long samples, string detail = "")
    {
        var progress = new TrainingProgress(Math.Min(epoch, epochs), epochs, batch, batches, loss, samples, detail);
        watch?.Hear(progress);
        display.Update(progress);
    }

    /// <summary>What the coordinator says of the run as a whole.</summary>
    public void Hear(RunStatus status) => watch?.Hear(status);

    /// <summary>Shows what an epoch did.</summary>
    public void EndEpoch(EpochMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        watch?.Hear(metrics);
        display.EndEpoch(metrics, epochs);
    }

    /// <summary>Writes an event to the log, and shows it.</summary>
    public void Tell(RunEvent kind, string text)
    {
        Log(kind, text);
        display.Say(text);
    }

    /// <summary>Writes an event to the log.</summary>
    public void Log(RunEvent kind, string text) => Write(kind, $"{kind}: {text}");

    /// <summary>
    /// Writes a line to the log. A full disk does not end training: what the log misses is written as soon as that is possible, and the user
    /// is told once that it is missing and once that it is not any more.
    /// </summary>
    public void Log(string text) => Write(null, text);

    private void Write(RunEvent? kind, string text)
    {
        watch?.Hear(kind, text);
        string? failure = null;
        try
        {
            folder.Log(text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = error.Message;
        }
        if (failure is not null == _isLogBehind) return;
        _isLogBehind = failure is not null;
        display.Say(_isLogBehind
            ? $"events.log cannot be written ({failure}); its lines are kept until it can"
            : "events.log is written again, with the lines that it missed");
    }
}
