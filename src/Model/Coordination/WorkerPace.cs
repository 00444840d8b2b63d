namespace ActorSparse.Model.Coordination;

/// <summary>
/// How fast each worker is, and how many batches it gets at a time so that all answer equally often (dynamic local updates; Liu et al.,
/// "Asynchronous Local-SGD Training for Language Modeling", arXiv 2401.09135).
/// </summary>
internal sealed class WorkerPace
{
    // While nothing is known of a worker.
    private const int FirstBatches = 4;

    // A worker that is lost has no more than this in hand, and none seems silent.
    private const double HandOutSecondsMax = 5;

    // The newest hand-out counts a quarter: a pause of the machine is soon forgotten.
    private const double Newest = 0.25;

    private readonly Dictionary<string, double> _secondsPerBatch = new(StringComparer.Ordinal);

    /// <summary>A worker took so many seconds for so many batches; 0 seconds say nothing.</summary>
    public void Learn(string worker, int batches, double seconds)
    {
        if (!(seconds > 0 && double.IsFinite(seconds))) return;
        var now = seconds / batches;
        _secondsPerBatch[worker] = _secondsPerBatch.TryGetValue(worker, out var before) ? before + Newest * (now - before) : now;
    }

    /// <summary>
    /// Batches for a worker where the fastest of those that <paramref name="takesPart"/> names gets <paramref name="most"/>. The others are
    /// forgotten.
    /// </summary>
    public int BatchesFor(string worker, int most, Predicate<string> takesPart)
    {
        ArgumentNullException.ThrowIfNull(takesPart);
        if (!_secondsPerBatch.TryGetValue(worker, out var own)) return Math.Min(most, FirstBatches);
        var fastest = own;
        foreach (var (name, seconds) in _secondsPerBatch)
            if (name == worker || takesPart(name)) fastest = Math.Min(fastest, seconds);
            else _secondsPerBatch.Remove(name);
        return (int)Math.Clamp(Math.Round(most * fastest / own), 1, Math.Max(1, HandOutSecondsMax / own));
    }
}
