namespace ActorSparse.Model.Numerics;

/// <summary>
/// How much native memory was in use at once: of the buffers that were made while it ran, by the caller and whatever it awaited or started,
/// such as threads. Where none runs, buffers cost nothing more.
/// </summary>
internal sealed class MemoryMeter : IDisposable
{
    private static readonly AsyncLocal<MemoryMeter?> s_current = new();

    private readonly MemoryMeter? _outer = s_current.Value;
    private long _bytes;
    private long _peakBytes;

    private MemoryMeter() => s_current.Value = this;

    /// <summary>The one that runs here; null if none does.</summary>
    public static MemoryMeter? Current => s_current.Value;

    /// <summary>Most bytes that were in use at once.</summary>
    public long PeakBytes => Volatile.Read(ref _peakBytes);

    /// <summary>Starts to count, until it is disposed of; buffers made under it are counted out even then.</summary>
    public static MemoryMeter Start() => new();

    /// <summary>Counts memory that was taken, or below 0 given back.</summary>
    public void Add(long bytes)
    {
        var now = Interlocked.Add(ref _bytes, bytes);
        for (var peak = PeakBytes; now > peak; peak = PeakBytes)
            if (Interlocked.CompareExchange(ref _peakBytes, now, peak) == peak) return;
    }

    /// <inheritdoc/>
    public void Dispose() => s_current.Value = _outer;
}
