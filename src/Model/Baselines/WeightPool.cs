using ActorSparse.Model.Evolution;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Baselines;

/// <summary>All weights of a block, dense, with their momentum, while they are dealt anew to sets of connections: O(inputs x outputs).</summary>
internal sealed class WeightPool(int inputs, int outputs) : IDisposable
{
    /// <summary>The ranks, from the largest weights on.</summary>
    public const byte Forward = 0, Explored = 1, Dormant = 2;

    private readonly NativeBuffer<float> _values = new((long)inputs * outputs);
    private readonly NativeBuffer<float> _velocities = new((long)inputs * outputs);
    private readonly NativeBuffer<byte> _ranks = new((long)inputs * outputs);
    private NativeBuffer<float>? _secondMoments;

    /// <summary>Takes the weights of <paramref name="set"/> to their places.</summary>
    public void Take(SparseBlock set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.SecondMoments is not null) _secondMoments ??= new(_values.Length);
        for (var row = 0; row < outputs; row++)
        {
            var start = set.Topology.RowStart(row);
            var columns = set.Topology.Row(row);
            for (var index = 0; index < columns.Length; index++)
            {
                var place = (long)row * inputs + columns[index];
                _values[place] = set.Values[start + index];
                _velocities[place] = set.Velocities[start + index];
                if (set.SecondMoments is { } moments) _secondMoments![place] = moments[start + index];
            }
        }
    }

    /// <summary>
    /// Gives the <paramref name="forward"/> largest magnitudes rank <see cref="Forward"/>, and those after them, <paramref name="both"/> in
    /// all, <see cref="Explored"/>; of equal ones the first come first.
    /// </summary>
    public void Rank(long forward, long both)
    {
        using var isAbove = new NativeBuffer<byte>(_ranks.Length, zeroed: false);
        _ranks.Span.Fill(Dormant);
        foreach (var count in (long[])[both, forward])
        {
            MagnitudeThreshold.Largest([_values], count).Mark(_values, isAbove);
            for (long place = 0; place < _ranks.Length; place++) _ranks[place] -= isAbove[place];
        }
    }

    /// <summary>How many connections of <paramref name="set"/> have rank <paramref name="rank"/>.</summary>
    public long CountIn(SparseBlock set, byte rank)
    {
        ArgumentNullException.ThrowIfNull(set);
        long count = 0;
        for (var row = 0; row < outputs; row++)
            foreach (var column in set.Topology.Row(row))
                if (_ranks[(long)row * inputs + column] == rank) count++;
        return count;
    }

    /// <summary>Makes <paramref name="set"/> that of all connections of rank <paramref name="rank"/>.</summary>
    public void Give(byte rank, SparseBlock set)
    {
        ArgumentNullException.ThrowIfNull(set);
        long count = 0;
        for (long place = 0; place < _ranks.Length; place++) count += _ranks[place] == rank ? 1 : 0;
        var (rowStarts, columns) = (new NativeBuffer<int>(outputs + 1L), new NativeBuffer<int>(count, zeroed: false));
        using var places = new NativeBuffer<long>(count, zeroed: false);
        var next = 0;
        for (var row = 0; row < outputs; row++)
        {
            for (var column = 0; column < inputs; column++)
            {
                var place = (long)row * inputs + column;
                if (_ranks[place] != rank) continue;
                (columns[next], places[next]) = (column, place);
                next++;
            }
            rowStarts[row + 1] = next;
        }
        using var topology = new Topology(inputs, outputs, rowStarts, columns, set.Topology.Id);
        using var dealt = new SparseBlock(topology);
        if (_secondMoments is not null) dealt.EnsureSecondMoments();
        for (long index = 0; index < count; index++)
        {
            dealt.Values[index] = _values[places[index]];
            dealt.Velocities[index] = _velocities[places[index]];
            if (dealt.SecondMoments is { } moments) moments[index] = _secondMoments![places[index]];
        }
        set.CopyFrom(dealt);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        _velocities.Dispose();
        _ranks.Dispose();
        _secondMoments?.Dispose();
    }
}
