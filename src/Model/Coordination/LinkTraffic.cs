using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// What all links of a node carried, in bytes of messages as serialized, without the framing of the transport, and what was refused on the
/// way in. Safe from all threads.
/// </summary>
internal sealed class LinkTraffic(TimeProvider clock)
{
    private static readonly TimeSpan s_reportInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _bytesSent, _bytesReceived, _losses, _refused;
    private long _reported, _reportedAt;
    private (long Sent, long Received) _epoch;
    private string _lastRefusal = "";

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Messages and pieces that were refused, for whatever reason.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>How often the connection lost something.</summary>
    public long Losses => Volatile.Read(ref _losses);

    public void Sent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    public void Received(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    public void Lose() => Interlocked.Increment(ref _losses);

    /// <summary>Adds to what an epoch did the bytes since it was asked about the one before.</summary>
    public EpochMetrics Complete(EpochMetrics metrics)
    {
        lock (_lock)
        {
            var (sent, received) = _epoch;
            _epoch = (BytesSent, BytesReceived);
            return metrics with { BytesSent = _epoch.Sent - sent, BytesReceived = _epoch.Received - received };
        }
    }

    /// <summary>Counts a refusal; its reason is told if it is the latest when there is a report.</summary>
    public void Refuse(string reason)
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _lastRefusal, reason);
    }

    /// <summary>
    /// A line about what was refused since the last such line, if anything was and that is long enough ago: whoever sends a million bad
    /// messages gets no million lines.
    /// </summary>
    public bool TryReport([NotNullWhen(true)] out string? line)
    {
        lock (_lock)
        {
            var (refused, now) = (Refused, clock.GetTimestamp());
            line = null;
            if (refused == _reported || (_reportedAt != 0 && clock.GetElapsedTime(_reportedAt, now) < s_reportInterval)) return false;
            var count = refused - _reported;
            (_reported, _reportedAt) = (refused, now);
            line = string.Create(CultureInfo.InvariantCulture,
                $"{count} messages refused, {refused} in all; the last: {Volatile.Read(ref _lastRefusal)}");
            return true;
        }
    }
}
