using System.Diagnostics;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Sparse;

/// <summary>
/// One evolution of a layer: where every connection of the new topology comes from. Computed from a snapshot while updates go on, then
/// applied to the current values; it also carries gradients of the old topology over to the new one (RetainValidUpdates, wasap
/// specification, section 5).
/// </summary>
public sealed unsafe class TopologyChange : IDisposable
{
    private readonly NativeBuffer<int> _sources;
    private readonly NativeBuffer<float> _grownValues;

    /// <summary>
    /// Takes over <paramref name="to"/>, <paramref name="sources"/>: for each position of the new topology its position in the old one,
    /// or -1 if it was grown, and <paramref name="grownValues"/>: the grown connections' values in ascending order of position.
    /// </summary>
    internal TopologyChange(Topology from, Topology to, NativeBuffer<int> sources, NativeBuffer<float> grownValues)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(grownValues);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sources.Length, to.ConnectionCount);
        FromId = from.Id;
        FromConnectionCount = from.ConnectionCount;
        To = to;
        _sources = sources;
        _grownValues = grownValues;
        PrunedCount = from.ConnectionCount - (to.ConnectionCount - GrownCount);
        Debug.Assert(PrunedCount >= 0, "more survivors than there were connections");
    }

    /// <summary>
    /// The change by which <paramref name="to"/> came from its parent <paramref name="from"/>, told from both topologies. What is not in
    /// them, the values of the grown connections, is 0. O(nnz).
    /// </summary>
    /// <exception cref="ArgumentException">The one did not evolve from the other by one change.</exception>
    public static TopologyChange Between(Topology from, Topology to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (to.ParentId != from.Id || !to.HasShapeOf(from))
            throw new ArgumentException($"topology {to.Id:x16} did not evolve from {from.Id:x16}", nameof(to));
        var sources = new NativeBuffer<int>(to.ConnectionCount, zeroed: false);
        var regrown = to.Regrown;
        var grown = 0;
        for (long row = 0; row < to.OutputCount; row++)
        {
            int old = from.RowStart(row), oldEnd = from.RowStart(row + 1);
            for (var position = to.RowStart(row); position < to.RowStart(row + 1); position++)
            {
                var column = to.Columns[position];
                while (old < oldEnd && from.Columns[old] < column) old++;
                var isOld = old < oldEnd && from.Columns[old] == column;
                if (isOld && !regrown.IsEmpty && regrown[0] == position)
                {
                    regrown = regrown[1..];
                    isOld = false;
                }
                sources[position] = isOld ? old : -1;
                if (!isOld) grown++;
            }
        }
        return new(from, to.Retain(), sources, new NativeBuffer<float>(grown));
    }

    /// <summary>Identity of the topology this change starts from.</summary>
    internal ulong FromId { get; }

    /// <summary>Number of connections of the topology this change starts from.</summary>
    public int FromConnectionCount { get; }

    /// <summary>The new topology, owned by this change; holders retain it.</summary>
    public Topology To { get; }

    /// <summary>Values of the grown connections, in ascending order of their positions in <see cref="To"/>.</summary>
    public NativeBuffer<float> GrownValues => _grownValues;

    /// <summary>Number of connections removed.</summary>
    public int PrunedCount { get; }

    /// <summary>Number of connections grown.</summary>
    public int GrownCount => (int)_grownValues.Length;

    /// <summary>For each position of <see cref="To"/> its position in the old topology, -1 if grown. Read only.</summary>
    internal int* Sources => _sources.Pointer;

    /// <summary>
    /// Writes to <paramref name="target"/> (nnz of <see cref="To"/>) the surviving entries of <paramref name="source"/> (nnz of the old
    /// topology), bit for bit, and 0 for grown connections.
    /// </summary>
    internal void Carry(NativeBuffer<float> source, NativeBuffer<float> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, FromConnectionCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(target.Length, _sources.Length);
        int* from = (int*)source.Pointer, to = (int*)target.Pointer, sources = _sources.Pointer;
        for (long position = 0; position < _sources.Length; position++)
        {
            // All ones where a connection survives: where connections were grown is random, and branches on it would be mispredicted.
            var survives = ~(sources[position] >> 31);
            to[position] = from[sources[position] & survives] & survives;
        }
    }

    /// <summary>As <see cref="Carry"/>, with the grown connections' values in place of 0.</summary>
    internal void CarryValues(NativeBuffer<float> source, NativeBuffer<float> target)
    {
        Carry(source, target);
        var values = GrownValues.Span;
        if (!values.ContainsAnyExcept(0)) return;
        var to = target.Pointer;
        var sources = _sources.Pointer;
        var grown = 0;
        for (long position = 0; grown < values.Length; position++)
            if (sources[position] < 0) to[position] = values[grown++];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sources.Dispose();
        _grownValues.Dispose();
        To.Dispose();
    }
}
