using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Networks;

/// <summary>
/// A network that several hold at a time and nobody changes, such as a snapshot that is measured, evolved and written at once. Its memory
/// goes when the last holder disposes of it.
/// </summary>
internal sealed class SharedNetwork : IDisposable
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
        Holders.Add(ref _holders, this);
        return this;
    }

    /// <summary>Ends one holder's use; the last one frees the memory.</summary>
    public void Dispose()
    {
        if (Holders.Remove(ref _holders)) _network.Dispose();
    }
}
