using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// How one layer's connections are pruned and regrown. A pure function of the snapshot: same snapshot and random stream, same change.
/// </summary>
public interface ITopologyRule
{
    /// <summary>Name as recipes write it.</summary>
    string Name { get; }

    /// <summary>The change that this rule makes to a layer, or null if it leaves the layer as it is. The caller owns the result.</summary>
    TopologyChange? Evolve(LayerSnapshot layer);
}
