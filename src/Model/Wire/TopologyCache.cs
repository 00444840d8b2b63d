using System.Runtime.Serialization;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Wire;

/// <summary>
/// The topologies that this actor system has sent or received lately, so that their index arrays need not travel again. Safe from all
/// threads.
/// </summary>
internal sealed class TopologyCache(int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, LinkedListNode<Topology>> _nodes = [];
    private readonly LinkedList<Topology> _byUse = [];

    /// <summary>Remembers a topology.</summary>
    public void Add(Topology topology)
    {
        lock (_lock)
        {
            if (Touch(topology.Id) is not null) return;
            _nodes.Add(topology.Id, _byUse.AddFirst(topology.Retain()));
            if (_nodes.Count > capacity) Forget(_byUse.Last!);
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

    private void Forget(LinkedListNode<Topology> node)
    {
        _byUse.Remove(node);
        _nodes.Remove(node.Value.Id);
        node.Value.Dispose();
    }
}
