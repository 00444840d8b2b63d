namespace ActorSparse.Host.Progress;

/// <summary>Samples a second over the last moments of training, however epochs come and go meanwhile.</summary>
internal sealed class SpeedMeter
{
    // Shorter ones say little.
    private const double SecondsMin = 0.25;
    private (double Seconds, double Batches)? _last;

    /// <summary>The speed; null until it is known.</summary>
    public double? SamplesPerSecond { get; private set; }

    /// <summary>Training is there at that time, in seconds.</summary>
    public void Measure(TrainingProgress progress, double seconds)
    {
        var batches = (double)(progress.Epoch - 1) * progress.Batches + progress.Batch;
        // A run that is tried again has fewer than before.
        if (_last is not { } last || batches < last.Batches) _last = (seconds, batches);
        else if (seconds - last.Seconds >= SecondsMin && progress.Batch > 0 && batches > last.Batches)
        {
            SamplesPerSecond = (batches - last.Batches) / (seconds - last.Seconds) * progress.Samples / progress.Batch;
            _last = (seconds, batches);
        }
    }
}
