using System.Buffers;
using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Sparse;

/// <summary>Builds the change that removes some connections of a topology and grows others.</summary>
public static unsafe class TopologyEdit
{
    /// <summary>
    /// The change that drops the connections whose <paramref name="removed"/> (nnz) is not 0 and grows one at each of
    /// <paramref name="grownPositions"/> (row * n_in + column, strictly ascending) with the value of the same index, or with 0 if no
    /// <paramref name="grownValues"/> are given. A position may be removed and grown at once; the connection there is then a new one.
    /// O(nnz + rows).
    /// </summary>
    /// <exception cref="ArgumentException">The positions do not ascend, lie outside the layer, or hold a connection that stays.</exception>
    public static TopologyChange Build(
        Topology from, NativeBuffer<byte> removed, ReadOnlySpan<long> grownPositions, ReadOnlySpan<float> grownValues = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(removed);
        ArgumentOutOfRangeException.ThrowIfNotEqual(removed.Length, from.ConnectionCount);
        if (!grownValues.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(grownValues.Length, grownPositions.Length);
        var removedCount = removed.Length - removed.Span.Count((byte)0);
        var connectionCount = from.ConnectionCount - removedCount + grownPositions.Length;
        if (connectionCount > int.MaxValue)
            throw new ArgumentException($"a layer of {connectionCount} connections; at most {int.MaxValue} fit");

        var rowStarts = new NativeBuffer<int>(from.OutputCount + 1L, zeroed: false);
        var columns = new NativeBuffer<int>(connectionCount, zeroed: false);
        var sources = new NativeBuffer<int>(connectionCount, zeroed: false);
        var regrown = ArrayPool<int>.Shared.Rent(grownPositions.Length);
        try
        {
            if (!TryMerge(from, removed.Pointer, grownPositions, rowStarts.Pointer, columns.Pointer, sources.Pointer, connectionCount,
                regrown, out var regrownCount))
                throw new ArgumentException("grown positions must ascend within the layer");
            var to = new Topology(from, rowStarts, columns, regrownCount == 0 ? null : Copy<int>(regrown.AsSpan(0, regrownCount), regrownCount));
            return new TopologyChange(from, to, sources, Copy(grownValues, grownPositions.Length));
        }
        catch
        {
            rowStarts.Dispose();
            columns.Dispose();
            sources.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(regrown);
        }
    }

    private static NativeBuffer<T> Copy<T>(ReadOnlySpan<T> items, long length) where T : unmanaged
    {
        var copy = new NativeBuffer<T>(length);
        items.CopyTo(copy.Span);
        return copy;
    }

    // A position that a connection holds and growth asks for again ends in two equal columns, which the new topology's check refuses.
    private static bool TryMerge(
        Topology from, byte* removed, ReadOnlySpan<long> grown, int* rowStarts, int* columns, int* sources, long connectionCount,
        int[] regrown, out int regrownCount)
    {
        regrownCount = 0;
        int* fromStarts = from.RowStarts, fromColumns = from.Columns;
        long inputCount = from.InputCount;
        var nextGrown = 0;
        long count = 0;
        for (long row = 0; row < from.OutputCount; row++)
        {
            rowStarts[row] = (int)count;
            var rowOrigin = row * inputCount;
            var grownColumn = ColumnInRow(grown, nextGrown, rowOrigin, inputCount);
            // Which connections are removed is random: no branch depends on it, and a removed one is written over by the next. Once all
            // are written, only removed ones can be left.
            for (var position = fromStarts[row]; position < fromStarts[row + 1] && count < connectionCount; position++)
            {
                var column = fromColumns[position];
                while (grownColumn < column)
                {
                    (columns[count], sources[count]) = ((int)grownColumn, -1);
                    count++;
                    grownColumn = ColumnInRow(grown, ++nextGrown, rowOrigin, inputCount);
                }
                if (count == connectionCount) break;
                // Rare: a connection that is removed and grown again at once.
                if (grownColumn == column && regrownCount < regrown.Length) regrown[regrownCount++] = (int)count;
                (columns[count], sources[count]) = (column, position);
                count += Unsafe.BitCast<bool, byte>(removed[position] == 0);
            }
            while (grownColumn < inputCount)
            {
                (columns[count], sources[count]) = ((int)grownColumn, -1);
                count++;
                grownColumn = ColumnInRow(grown, ++nextGrown, rowOrigin, inputCount);
            }
        }
        rowStarts[from.OutputCount] = (int)count;
        return nextGrown == grown.Length;
    }

    // The next grown connection's column, or n_in if none is left in this row.
    private static long ColumnInRow(ReadOnlySpan<long> grown, int next, long rowOrigin, long inputCount) =>
        next < grown.Length && grown[next] - rowOrigin < inputCount ? grown[next] - rowOrigin : inputCount;
}
