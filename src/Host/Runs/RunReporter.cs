using ActorSparse.Host.Progress;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Shows how a run goes, and writes its log of events. Called by one thread at a time.</summary>
internal sealed class RunReporter(RunFolder folder, ITrainingDisplay display, int epochs)
{
    /// <summary>Shows where training is within an epoch, counted from 1.</summary>
    public void Show(int epoch, int batch, int batches, double loss, long samples, string detail = "") =>
        display.Update(new(Math.Min(epoch, epochs), epochs, batch, batches, loss, samples, detail));

    /// <summary>Shows what an epoch did.</summary>
    public void EndEpoch(EpochMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        if (metrics.MissingGrowth > 0)
            Log($"epoch {metrics.Epoch}: {metrics.MissingGrowth} connections found no empty position to grow at");
        display.EndEpoch(metrics, epochs);
    }

    /// <summary>Writes to the log that the run is tried again, and shows it.</summary>
    public void Retry(string text)
    {
        Log($"Retried: {text}");
        display.Say(text);
    }

    /// <summary>Writes a line to the log; if that fails it is shown, since a full disk does not end training.</summary>
    public void Log(string text)
    {
        try
        {
            folder.Log(text);
        }
        catch (IOException error)
        {
            display.Say($"{text} (not in the log: {error.Message})");
        }
    }
}
