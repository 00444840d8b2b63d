using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Training;

/// <summary>
/// The union of several replicas' versions of one layer: every connection that any of them has, with the mean of their values, velocities
/// and, if all have them, second moments, where a missing connection counts as 0.
/// </summary>
internal sealed unsafe class LayerUnion : IDisposable
{
    private readonly SparseLayer[] _parts;
    private readonly NativeBuffer<int> _rowStarts;
    private readonly NativeBuffer<int> _columns;
    private readonly NativeBuffer<float> _velocities;
    private readonly NativeBuffer<float>? _secondMoments;

    public LayerUnion(SparseLayer[] parts)
    {
        _parts = parts;
        var count = Walk(static (_, _, _) => { });
        _rowStarts = new(parts[0].Topology.OutputCount + 1L);
        _columns = new(count, zeroed: false);
        Values = new(count, zeroed: false);
        _velocities = new(count, zeroed: false);
        if (parts.All(part => part.SecondMoments is not null)) _secondMoments = new(count, zeroed: false);
        var (values, velocities, secondMoments) = (new float[parts.Length], new float[parts.Length], new float[parts.Length]);
        long next = 0;
        Walk((row, column, positions) =>
        {
            var present = 0;
            for (var part = 0; part < parts.Length; part++)
            {
                if (positions[part] < 0) continue;
                values[present] = parts[part].Values[positions[part]];
                if (_secondMoments is not null) secondMoments[present] = parts[part].SecondMoments![positions[part]];
                velocities[present++] = parts[part].Velocities[positions[part]];
            }
            _columns[next] = column;
            Values[next] = OrderFreeMean.Of(values.AsSpan(0, present), parts.Length);
            _velocities[next] = OrderFreeMean.Of(velocities.AsSpan(0, present), parts.Length);
            if (_secondMoments is not null) _secondMoments[next] = OrderFreeMean.Of(secondMoments.AsSpan(0, present), parts.Length);
            _rowStarts[row + 1L] = (int)++next;
        });
        for (long row = 0; row < _rowStarts.Length - 1; row++) _rowStarts[row + 1] = Math.Max(_rowStarts[row + 1], _rowStarts[row]);
    }

    /// <summary>Mean value of every connection of the union.</summary>
    public NativeBuffer<float> Values { get; }

    /// <summary>The layer made of the connections whose <paramref name="removed"/> is 0, with the mean biases.</summary>
    public SparseLayer Keep(NativeBuffer<byte> removed, int keptCount)
    {
        var first = _parts[0].Topology;
        var rowStarts = new NativeBuffer<int>(_rowStarts.Length);
        var columns = new NativeBuffer<int>(keptCount, zeroed: false);
        var kept = new int[keptCount];
        var count = 0;
        for (long row = 0; row < first.OutputCount; row++)
        {
            for (var position = _rowStarts[row]; position < _rowStarts[row + 1]; position++)
            {
                if (removed[position] != 0) continue;
                columns[count] = _columns[position];
                kept[count++] = position;
            }
            rowStarts[row + 1] = count;
        }
        using var topology = keptCount == Values.Length && _parts.All(part => part.Topology.Id == first.Id)
            ? TheirOwn(first, rowStarts, columns)
            // A sum does not depend on the order of the parts either.
            : new Topology(
                first.InputCount, first.OutputCount, rowStarts, columns,
                _parts.Aggregate(0UL, (sum, part) => unchecked(sum + part.Topology.Id)));
        var layer = new SparseLayer(topology);
        if (_secondMoments is not null) layer.EnsureSecondMoments();
        for (var position = 0; position < keptCount; position++)
        {
            layer.Values[position] = Values[kept[position]];
            layer.Velocities[position] = _velocities[kept[position]];
            if (_secondMoments is not null) layer.SecondMoments![position] = _secondMoments[kept[position]];
        }
        Averaging.Mean([.. _parts.Select(part => part.Biases)], layer.Biases);
        Averaging.Mean([.. _parts.Select(part => part.BiasVelocities)], layer.BiasVelocities);
        if (_secondMoments is not null)
            Averaging.Mean([.. _parts.Select(part => part.BiasSecondMoments!)], layer.BiasSecondMoments!);
        return layer;
    }

    public void Dispose()
    {
        _rowStarts.Dispose();
        _columns.Dispose();
        Values.Dispose();
        _velocities.Dispose();
        _secondMoments?.Dispose();
    }

    // Parts of one topology, all of which stays, have it in common with their average: whoever knows theirs knows that of the average, and
    // no connection of it is a new one.
    private static Topology TheirOwn(Topology topology, NativeBuffer<int> rowStarts, NativeBuffer<int> columns)
    {
        rowStarts.Dispose();
        columns.Dispose();
        return topology.Retain();
    }

    // Visits every connection of the union in order, with its position in each part, -1 where it is missing; returns their number.
    private long Walk(Action<int, int, int[]> visit)
    {
        var (next, positions) = (new int[_parts.Length], new int[_parts.Length]);
        long count = 0;
        for (var row = 0; row < _parts[0].Topology.OutputCount; row++)
        {
            for (var part = 0; part < _parts.Length; part++) next[part] = _parts[part].Topology.RowStart(row);
            while (SmallestColumn(row, next) is var column && column < int.MaxValue)
            {
                for (var part = 0; part < _parts.Length; part++)
                    positions[part] = ColumnAt(row, part, next[part]) == column ? next[part]++ : -1;
                visit(row, column, positions);
                count++;
            }
        }
        return count;
    }

    private int SmallestColumn(int row, int[] next)
    {
        var smallest = int.MaxValue;
        for (var part = 0; part < next.Length; part++) smallest = Math.Min(smallest, ColumnAt(row, part, next[part]));
        return smallest;
    }

    // Columns are below n_in, which is at most 2^31-1: that number marks the end of a row.
    private int ColumnAt(int row, int part, int position)
    {
        var topology = _parts[part].Topology;
        return position < topology.RowStart(row + 1L) ? topology.Columns[position] : int.MaxValue;
    }
}
