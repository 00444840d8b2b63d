using System.Runtime.Serialization;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Wire;

/// <summary>
/// The topologies that this actor system has sent or received lately, so that their index arrays need not travel again. One that others
/// hold too costs nothing and stays; of those that nobody else holds, the latest few of each layer. Safe from all threads.
/// </summary>
internal sealed class TopologyCache(int perLayer) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, LinkedListNode<Topology>> _nodes = [];
    private readonly LinkedList<Topology> _byUse = [];
    private int _layers = 1;

    /// <summary>Messages are of a network of so many layers, or of one with fewer.</summary>
    public void Expect(int layers)
    {
        lock (_lock) _layers = Math.Max(_layers, layers);
    }

    /// <summary>Remembers a topology.</summary>
    public void Add(Topology topology) => Share(topology).Dispose();

    /// <summary>
    /// Remembers a topology; the caller retains the one of that identity that is known here. While he holds it, it is not forgotten.
    /// </summary>
    public Topology Share(Topology topology)
    {
        lock (_lock)
        {
            if (Touch(topology.Id) is { } known) return known.Retain();
            _nodes.Add(topology.Id, _byUse.AddFirst(topology.Retain()));
            ForgetOldest();
            return topology.Retain();
        }
    }

    /// <summary>The topology of that identity; the caller retains it.</summary>
    /// <exception cref="SerializationException">It is not known here.</exception>
    public Topology Retain(ulong id) => TryRetain(id)
        ?? throw new SerializationException($"topology {id:x16} is not known here; the sender asks again and gets its indices");

    /// <summary>The topology of that identity, retained for the caller; null if it is not known here.</summary>
    public Topology? TryRetain(ulong id)
    {
        lock (_lock) return Touch(id)?.Retain();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            while (_byUse.Last is { } node) Forget(node);
    }

    private Topology? Touch(ulong id)
    {
        if (!_nodes.TryGetValue(id, out var node)) return null;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value;
    }

    private void ForgetOldest()
    {
        var room = perLayer * _layers;
        if (_nodes.Count <= room) return;
        for (var node = _byUse.First; node is not null;)
        {
            var older = node.Next;
            if (!node.Value.IsShared && --room < 0) Forget(node);
            node = older;
        }
    }

    private void Forget(LinkedListNode<Topology> node)
    {
        _byUse.Remove(node);
        _nodes.Remove(node.Value.Id);
        node.Value.Dispose();
    }
}
