using System.Globalization;
using System.Runtime.CompilerServices;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Draws absent connections of a layer, in time and memory linear in its neurons, connections and draws (gse specification, sections 2.2
/// to 2.5).
/// </summary>
internal static unsafe class CandidateSampler
{
    private const int DrawsAtOnce = 512;

    // Draws whose scattering into rows stays in the second-level cache.
    private const int DrawsOfGroup = 1 << 17;

    /// <summary>
    /// ceil(<paramref name="subset"/> * connections) pairs of an input and an output neuron, each drawn on its own in proportion to the
    /// magnitude of its sum, with replacement; repeated and present connections fall away. Where half of all places are taken, all others
    /// are candidates, which is linear too. Neurons that importance pruning took out are never drawn.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sums">What batches told about its neurons; null to draw uniformly.</param>
    /// <param name="subset">Draws for each connection, gamma.</param>
    /// <returns>The candidates, null if there are none; the caller owns them.</returns>
    /// <exception cref="InvalidInputException">The draws are more than 2^31-1.</exception>
    public static Candidates? Draw(BlockSnapshot layer, NeuronSums? sums, double subset)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var empty = new EmptyPositions(layer);
        long connectionCount = layer.Topology.ConnectionCount;
        if (empty.Count == 0 || connectionCount == 0) return null;
        if (empty.Count <= connectionCount) return All(layer.Topology, empty);

        var wanted = Math.Ceiling(subset * connectionCount);
        if (!(wanted <= Array.MaxLength))
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"grow subset {subset}: {wanted} candidates for a layer of {connectionCount} connections; at most {Array.MaxLength} fit"));
        var drawCount = (int)wanted;
        var inputs = new AliasTable(Weights(sums?.Inputs, layer.Topology.InputCount, layer.LivingInputs, out var isInputFallback));
        var outputs = Weights(sums?.Outputs, layer.Topology.OutputCount, layer.LivingOutputs, out var isOutputFallback);
        var groupCount = Math.Clamp(drawCount / DrawsOfGroup, 1, Math.Max(1, drawCount / layer.Topology.InputCount));
        var groups = new RowGroups(outputs, groupCount);
        var topology = DrawTopology(layer.Topology, inputs, groups, drawCount, layer.Random, out var bytes);
        var cost = new EvolutionCost
        {
            DrawCount = drawCount,
            AliasSteps = inputs.Steps + groups.Steps,
            FallbackCount = (isInputFallback ? 1 : 0) + (isOutputFallback ? 1 : 0),
            WorkspaceBytes = bytes + inputs.Bytes + groups.Bytes,
        };
        return new(topology, cost);
    }

    private static Candidates All(Topology topology, EmptyPositions empty)
    {
        var positions = new long[empty.Count];
        for (var number = 0; number < positions.Length; number++) positions[number] = number;
        empty.Locate(positions);
        var cost = new EvolutionCost { WorkspaceBytes = positions.Length * sizeof(long) };
        return new(Candidates.TopologyOf(topology, positions), cost);
    }

    // Sums that are all zero or not finite say nothing: the neurons of that side are drawn uniformly.
    private static double[] Weights(double[]? sums, int count, LivingNeurons? living, out bool isFallback)
    {
        if (sums is not null) ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, count);
        var weights = new double[count];
        var total = 0.0;
        for (var neuron = 0; neuron < count; neuron++)
            if (living?.IsAlive(neuron) ?? true) total += weights[neuron] = sums is null ? 1 : Math.Abs(sums[neuron]);
        isFallback = !(total > 0 && double.IsFinite(total));
        if (!isFallback) return weights;
        for (var neuron = 0; neuron < count; neuron++) weights[neuron] = living?.IsAlive(neuron) ?? true ? 1 : 0;
        return weights;
    }

    // Inputs and outputs are drawn independently, so that any pairing of the two has the same distribution: inputs are only counted, and
    // handed in ascending order to the groups of rows that were drawn, then to rows of the group. One pass by row then leaves every row
    // sorted. A small layer has one group; scattering over all rows of a large one would miss the caches.
    private static Topology DrawTopology(
        Topology present, AliasTable inputs, RowGroups groups, int drawCount, RandomStream random, out long bytes)
    {
        var drawsOfGroup = new int[groups.Count];
        using var columnOfDraw = DrawColumns(inputs, groups, drawCount, random, drawsOfGroup);
        using var rowOfDraw = new NativeBuffer<int>(drawsOfGroup.Max(), zeroed: false);
        using var ends = new NativeBuffer<int>(present.OutputCount + 1L);
        using var columns = new NativeBuffer<int>(drawCount, zeroed: false);
        var column = columnOfDraw.Pointer;
        for (var group = 0; group < drawsOfGroup.Length; group++)
        {
            var end = ends.Pointer + groups.FirstRow(group);
            if (groups.Table(group) is { } rows)
            {
                DrawRows(rows, random, rowOfDraw.Pointer, drawsOfGroup[group], end + 1);
                Scatter(column, rowOfDraw.Pointer, drawsOfGroup[group], columns.Pointer, end, rows.Count);
                column += drawsOfGroup[group];
            }
            else
            {
                end[groups.RowCount(group)] = end[0];
            }
        }

        // Every row's start has moved to its end by now; the rows of groups without draws end where they start.
        for (long row = 1; row < present.OutputCount; row++) ends[row] = Math.Max(ends[row], ends[row - 1]);
        var rowStarts = new NativeBuffer<int>(present.OutputCount + 1L, zeroed: false);
        var count = KeepAbsent(present, ends.Pointer, columns.Pointer, rowStarts.Pointer);
        var kept = new NativeBuffer<int>(count, zeroed: false);
        Buffer.MemoryCopy(columns.Pointer, kept.Pointer, kept.Bytes, kept.Bytes);
        bytes = columnOfDraw.Bytes + rowOfDraw.Bytes + ends.Bytes + columns.Bytes + 2L * present.InputCount * sizeof(int);
        return Candidates.TopologyOf(present, rowStarts, kept);
    }

    // The columns of all draws: for one group of rows after the other, whose draws are counted, in ascending order.
    private static NativeBuffer<int> DrawColumns(
        AliasTable inputs, RowGroups groups, int drawCount, RandomStream random, int[] drawsOfGroup)
    {
        using var drawsOfColumn = new NativeBuffer<int>(inputs.Count);
        Span<ulong> bits = stackalloc ulong[DrawsAtOnce];
        for (var draw = 0; draw < drawCount; draw += DrawsAtOnce)
        {
            var part = bits[..Math.Min(DrawsAtOnce, drawCount - draw)];
            random.NextUInt64s(part);
            foreach (var word in part) drawsOfColumn[inputs.Draw(word)]++;
        }

        using var groupOfDraw = new NativeBuffer<ushort>(drawCount, zeroed: false);
        groups.Draw(groupOfDraw.Span, drawsOfGroup, random);
        var next = new int[drawsOfGroup.Length];
        for (var group = 1; group < next.Length; group++) next[group] = next[group - 1] + drawsOfGroup[group - 1];
        var columnOfDraw = new NativeBuffer<int>(drawCount, zeroed: false);
        var groupOfNext = groupOfDraw.Pointer;
        for (var column = 0; column < inputs.Count; column++)
            for (var draw = drawsOfColumn[column]; draw > 0; draw--) columnOfDraw[next[*groupOfNext++]++] = column;
        return columnOfDraw;
    }

    // Keeps the row of each draw, and counts the draws of each row.
    private static void DrawRows(AliasTable rows, RandomStream random, int* rowOfDraw, int drawCount, int* drawsOfRow)
    {
        Span<ulong> bits = stackalloc ulong[DrawsAtOnce];
        for (var draw = 0; draw < drawCount;)
        {
            var part = bits[..Math.Min(DrawsAtOnce, drawCount - draw)];
            random.NextUInt64s(part);
            foreach (var word in part)
            {
                var row = rows.Draw(word);
                rowOfDraw[draw++] = row;
                drawsOfRow[row]++;
            }
        }
    }

    // ends holds where the group starts and then the draws of each of its rows. Afterwards it holds where each row ends, and once more
    // where the last one does: the start of the next group.
    private static void Scatter(int* columnOfDraw, int* rowOfDraw, int drawCount, int* columns, int* ends, int rowCount)
    {
        for (var row = 0; row < rowCount; row++) ends[row + 1] += ends[row];
        for (var draw = 0; draw < drawCount; draw++) columns[ends[rowOfDraw[draw]]++] = columnOfDraw[draw];
    }

    // Drops, in place and without branches that depend on chance, every column that its row has already.
    private static int KeepAbsent(Topology present, int* drawnEnds, int* columns, int* rowStarts)
    {
        int* presentStarts = present.RowStarts, presentColumns = present.Columns;
        using var lastRows = new NativeBuffer<int>(present.InputCount, zeroed: false);
        lastRows.Span.Fill(-1);
        var lastRow = lastRows.Pointer;
        int count = 0, read = 0;
        for (var row = 0; row < present.OutputCount; row++)
        {
            rowStarts[row] = count;
            for (var position = presentStarts[row]; position < presentStarts[row + 1]; position++) lastRow[presentColumns[position]] = row;
            for (; read < drawnEnds[row]; read++)
            {
                var column = columns[read];
                columns[count] = column;
                count += Unsafe.BitCast<bool, byte>(lastRow[column] != row);
                lastRow[column] = row;
            }
        }
        rowStarts[present.OutputCount] = count;
        return count;
    }
}
