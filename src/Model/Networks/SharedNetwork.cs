namespace ActorSparse.Model.Networks;

/// <summary>
/// A network that several hold at a time and nobody changes, such as a snapshot that is measured, evolved and written at once. Its memory
/// goes when the last holder disposes of it.
/// </summary>
public sealed class SharedNetwork : IDisposable
{
    private readonly Network _network;
    private int _holders = 1;

    /// <summary>Takes over <paramref name="network"/>, for one holder.</summary>
    public SharedNetwork(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
    }

    /// <summary>The network, to be read.</summary>
    /// <exception cref="ObjectDisposedException">Nobody holds it any more.</exception>
    public Network Network
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _holders) <= 0, this);
            return _network;
        }
    }

    /// <summary>Adds a holder, who must dispose of it in turn.</summary>
    public SharedNetwork Retain()
    {
        // One that is gone must not come back by being asked for, as a number that is only counted up would have it.
        for (var holders = Volatile.Read(ref _holders); ;)
        {
            ObjectDisposedException.ThrowIf(holders <= 0, this);
            var found = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (found == holders) return this;
            holders = found;
        }
    }

    /// <summary>Ends one holder's use; the last one frees the memory.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0) _network.Dispose();
    }
}
