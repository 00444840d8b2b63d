using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Parameters;

/// <summary>
/// The weights of one sparse linear map: a shared <see cref="Sparse.Topology"/> and, aligned with it, the values and momentum that this
/// replica owns and changes. 12 bytes a connection with its index; second moments add 4, a gradient 4.
/// </summary>
public sealed class SparseBlock : ParameterBlock
{
    /// <summary>Creates a block with all weights zero; retains <paramref name="topology"/>.</summary>
    internal SparseBlock(Topology topology) : base(CountOf(topology))
    {
        Topology = topology.Retain();
    }

    /// <summary>Which connections exist.</summary>
    public Topology Topology { get; private set; }

    /// <summary>Bytes held, the shared topology included.</summary>
    public override long Bytes => Topology.Bytes + base.Bytes;

    /// <summary>Evolves to the topology of <paramref name="change"/>: survivors keep value and momentum bit for bit.</summary>
    /// <exception cref="InvalidOperationException">The change starts from another topology.</exception>
    internal void Apply(TopologyChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.FromId != Topology.Id)
            throw new InvalidOperationException($"the change starts from topology {change.FromId:x16}; this block has {Topology.Id:x16}");
        var values = new NativeBuffer<float>(change.To.ConnectionCount, zeroed: false);
        var velocities = new NativeBuffer<float>(change.To.ConnectionCount, zeroed: false);
        change.CarryValues(Values, values);
        change.Carry(Velocities, velocities);
        NativeBuffer<float>? secondMoments = null;
        if (SecondMoments is not null)
        {
            secondMoments = new(change.To.ConnectionCount, zeroed: false);
            change.Carry(SecondMoments, secondMoments);
        }
        TakeTopology(change.To);
        Replace(values, velocities, secondMoments);
    }

    /// <summary>Makes this block equal to <paramref name="source"/>, topology included.</summary>
    internal void CopyFrom(SparseBlock source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Topology.IsSame(Topology))
        {
            CopyArraysFrom(source);
            return;
        }
        TakeTopology(source.Topology);
        Replace(source.Values.Clone(), source.Velocities.Clone(), source.SecondMoments?.Clone());
    }

    /// <summary>A block of its own with the same parameters.</summary>
    internal SparseBlock Clone()
    {
        var clone = new SparseBlock(Topology);
        clone.CopyFrom(this);
        return clone;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) Topology.Dispose();
        base.Dispose(disposing);
    }

    private static int CountOf(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.ConnectionCount;
    }

    private void TakeTopology(Topology topology)
    {
        var retained = topology.Retain();
        Topology.Dispose();
        Topology = retained;
    }
}
