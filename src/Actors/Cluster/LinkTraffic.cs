namespace ActorSparse.Actors.Cluster;

/// <summary>What a link, or all links of a node, carried: bytes of messages as serialized, without the framing of the transport.</summary>
internal sealed class LinkTraffic
{
    private long _bytesSent, _bytesReceived, _messagesRefused, _losses;

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Messages that could not be read, and pieces that belonged to none.</summary>
    public long Refused => Volatile.Read(ref _messagesRefused);

    /// <summary>How often the connection lost something.</summary>
    public long Losses => Volatile.Read(ref _losses);

    public void Sent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    public void Received(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    public void Refuse() => Interlocked.Increment(ref _messagesRefused);

    public void Lose() => Interlocked.Increment(ref _losses);
}
