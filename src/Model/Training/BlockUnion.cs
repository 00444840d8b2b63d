using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Training;

/// <summary>
/// The union of several replicas' versions of one sparse block: every connection that any of them has, with the mean of their values,
/// velocities and, if all have them, second moments, where a missing connection counts as 0. Sums are taken in the order of the parts.
/// </summary>
internal sealed unsafe class BlockUnion : IDisposable
{
    private readonly SparseBlock[] _parts;
    private readonly bool _isShared;
    private readonly NativeBuffer<int>? _rowStarts, _columns;

    // For each part where its connections are in the union; none if all have one topology, which then is the union.
    private readonly NativeBuffer<int>[] _places = [];
    private readonly NativeBuffer<float> _velocities;
    private readonly NativeBuffer<float>? _secondMoments;

    public BlockUnion(SparseBlock[] parts)
    {
        _parts = parts;
        var first = parts[0].Topology;
        long count = first.ConnectionCount;
        _isShared = parts.All(part => part.Topology.IsSame(first));
        if (!_isShared)
        {
            _rowStarts = new(first.OutputCount + 1L);
            _columns = new(parts.Sum(part => (long)part.Topology.ConnectionCount), zeroed: false);
            _places = [.. parts.Select(part => new NativeBuffer<int>(part.Topology.ConnectionCount, zeroed: false))];
            count = Unite();
        }
        Values = new(count, zeroed: false);
        _velocities = new(count, zeroed: false);
        if (parts.All(part => part.SecondMoments is not null)) _secondMoments = new(count, zeroed: false);
        Mean(static block => block.Values, Values);
        Mean(static block => block.Velocities, _velocities);
        if (_secondMoments is not null) Mean(static block => block.SecondMoments!, _secondMoments);
    }

    /// <summary>Mean value of every connection of the union.</summary>
    public NativeBuffer<float> Values { get; }

    /// <summary>The block made of the connections whose <paramref name="removed"/> is 0.</summary>
    public SparseBlock Keep(NativeBuffer<byte> removed, int keptCount)
    {
        var isWhole = keptCount == Values.Length;
        // Parts of one topology, all of which stays, have it in common with their average: whoever knows theirs knows that of the average,
        // and no connection of it is a new one.
        using var topology = isWhole && _isShared ? _parts[0].Topology.Retain() : Kept(removed, keptCount);
        var block = new SparseBlock(topology);
        Copy(Values, block.Values, removed, isWhole);
        Copy(_velocities, block.Velocities, removed, isWhole);
        if (_secondMoments is null) return block;
        block.EnsureSecondMoments();
        Copy(_secondMoments, block.SecondMoments!, removed, isWhole);
        return block;
    }

    public void Dispose()
    {
        _rowStarts?.Dispose();
        _columns?.Dispose();
        foreach (var places in _places) places.Dispose();
        Values.Dispose();
        _velocities.Dispose();
        _secondMoments?.Dispose();
    }

    private static void Copy(NativeBuffer<float> source, NativeBuffer<float> target, NativeBuffer<byte> removed, bool isWhole)
    {
        if (isWhole)
        {
            target.CopyFrom(source);
            return;
        }
        long count = 0;
        for (long position = 0; position < source.Length; position++)
            if (removed[position] == 0) target[count++] = source[position];
    }

    private Topology Kept(NativeBuffer<byte> removed, int keptCount)
    {
        var first = _parts[0].Topology;
        var starts = _rowStarts is null ? first.RowStarts : _rowStarts.Pointer;
        var from = _columns is null ? first.Columns : _columns.Pointer;
        var rowStarts = new NativeBuffer<int>(first.OutputCount + 1L);
        var columns = new NativeBuffer<int>(keptCount, zeroed: false);
        var count = 0;
        for (long row = 0; row < first.OutputCount; row++)
        {
            for (var position = starts[row]; position < starts[row + 1]; position++)
                if (removed[position] == 0) columns[count++] = from[position];
            rowStarts[row + 1] = count;
        }
        // The history of all parts, whichever is first.
        var parents = _parts.Aggregate(0UL, (sum, part) => unchecked(sum + part.Topology.Id));
        return new(first.InputCount, first.OutputCount, rowStarts, columns, parents);
    }

    private void Mean(Func<SparseBlock, NativeBuffer<float>> values, NativeBuffer<float> target)
    {
        NativeBuffer<float>[] parts = [.. _parts.Select(values)];
        if (_isShared)
        {
            Averaging.Mean(parts, target);
            return;
        }
        using var sums = new NativeBuffer<double>(target.Length);
        for (var part = 0; part < parts.Length; part++)
        {
            var places = _places[part].Pointer;
            var from = parts[part].Pointer;
            var to = sums.Pointer;
            for (long position = 0; position < parts[part].Length; position++) to[places[position]] += from[position];
        }
        Averaging.Divide(sums, parts.Length, target);
    }

    // Merges the rows of all parts; returns the number of connections of the union.
    private long Unite()
    {
        var (next, heads) = (new int[_parts.Length], new int[_parts.Length]);
        long count = 0;
        for (long row = 0; row < _rowStarts!.Length - 1; row++)
        {
            for (var part = 0; part < _parts.Length; part++)
            {
                next[part] = _parts[part].Topology.RowStart(row);
                heads[part] = Head(part, next[part], row);
            }
            for (var column = heads.Min(); column < int.MaxValue; count++)
            {
                _columns![count] = column;
                var smallest = int.MaxValue;
                for (var part = 0; part < heads.Length; part++)
                {
                    if (heads[part] == column)
                    {
                        _places[part][next[part]] = (int)count;
                        heads[part] = Head(part, ++next[part], row);
                    }
                    smallest = Math.Min(smallest, heads[part]);
                }
                column = smallest;
            }
            _rowStarts[row + 1] = checked((int)count);
        }
        return count;
    }

    // Columns are below n_in, which is at most 2^31-1: that number marks the end of a row.
    private int Head(int part, int position, long row)
    {
        var topology = _parts[part].Topology;
        return position < topology.RowStart(row + 1) ? topology.Columns[position] : int.MaxValue;
    }
}
