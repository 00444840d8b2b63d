using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// The topologies of the replica that a worker had last, of which it tells the coordinator that it knows them. They are held: what it says
/// it knows is there when the answer names it.
/// </summary>
internal sealed class KnownTopologies : IDisposable
{
    private Topology[] _held = [];

    /// <summary>Their identities, layer by layer; another list when they change, since messages under way have this one.</summary>
    public IReadOnlyList<ulong> Ids { get; private set; } = [];

    /// <summary>The worker has a replica of these blocks.</summary>
    public void Update(IReadOnlyList<SparseBlock> blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        // Without an enumerator: this comes with every batch.
        if (Ids.Count == blocks.Count)
        {
            var block = 0;
            while (block < blocks.Count && blocks[block].Topology.Id == Ids[block]) block++;
            if (block == blocks.Count) return;
        }
        Topology[] held = [.. blocks.Select(block => block.Topology.Retain())];
        Dispose();
        _held = held;
        Ids = [.. held.Select(topology => topology.Id)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var topology in _held) topology.Dispose();
        _held = [];
    }
}
