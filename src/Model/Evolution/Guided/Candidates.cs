using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>Absent connections of one layer that may be grown, and the gradients that they would have.</summary>
internal sealed unsafe class Candidates : IDisposable
{
    private static ulong s_made;

    /// <summary>Takes over <paramref name="topology"/>; gradients are 0 until someone computes them.</summary>
    public Candidates(Topology topology, EvolutionCost cost)
    {
        ArgumentNullException.ThrowIfNull(topology);
        Topology = topology;
        Gradients = new(topology.ConnectionCount);
        Cost = cost + new EvolutionCost { WorkspaceBytes = topology.Bytes + Gradients.Bytes };
    }

    /// <summary>Where they are: a topology of the layer's shape that has none of its connections.</summary>
    public Topology Topology { get; }

    /// <summary>Their gradients, in the order of <see cref="Topology"/>.</summary>
    public NativeBuffer<float> Gradients { get; }

    /// <summary>What finding them and their gradients took.</summary>
    public EvolutionCost Cost { get; private set; }

    /// <summary>Number of candidates, |S|.</summary>
    public int Count => Topology.ConnectionCount;

    /// <summary>
    /// Computes their gradients in weight layer <paramref name="layer"/> from a batch, and those of nothing else;
    /// <paramref name="guidanceCost"/> is what it took to choose them.
    /// </summary>
    public void Differentiate(BatchEvidence evidence, int layer, EvolutionCost guidanceCost = default)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        evidence.Differentiate(layer, Topology, Gradients);
        Cost += guidanceCost + CostOfGradients(Count, evidence.TermsPerGradient(layer));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Topology.Dispose();
        Gradients.Dispose();
    }

    /// <summary>
    /// The cost of <paramref name="count"/> gradients, each a product of two vectors of <paramref name="samples"/> samples.
    /// </summary>
    internal static EvolutionCost CostOfGradients(long count, int samples) =>
        new() { GradientCount = count, FloatingPointOperations = 2 * count * samples };

    /// <summary>A topology in the shape of <paramref name="layer"/> of these ascending positions (row * n_in + column).</summary>
    internal static Topology TopologyOf(Topology layer, ReadOnlySpan<long> positions)
    {
        var rowStarts = new NativeBuffer<int>(layer.OutputCount + 1L);
        var columns = new NativeBuffer<int>(positions.Length, zeroed: false);
        for (var index = 0; index < positions.Length; index++)
        {
            var (row, column) = Math.DivRem(positions[index], layer.InputCount);
            columns[index] = (int)column;
            rowStarts[row + 1]++;
        }
        for (long row = 0; row < layer.OutputCount; row++) rowStarts[row + 1] += rowStarts[row];
        return TopologyOf(layer, rowStarts, columns);
    }

    /// <summary>
    /// A topology in the shape of <paramref name="layer"/>. Candidates never become a layer's connections as they are, and so need no
    /// identity by content; but each has one of its own, by which an operator tells what it keeps of one from the next.
    /// </summary>
    internal static Topology TopologyOf(Topology layer, NativeBuffer<int> rowStarts, NativeBuffer<int> columns) =>
        Topology.Restore(layer.InputCount, layer.OutputCount, rowStarts, columns, Interlocked.Increment(ref s_made));

    /// <summary>The ascending positions of those that <paramref name="selected"/> (|S|) marks.</summary>
    internal ReadOnlySpan<long> PositionsOf(NativeBuffer<byte> selected, long count)
    {
        // Without a branch on chance: each position is written, and stays if it is selected. There is room for one more.
        var positions = new long[count + 1];
        var found = 0;
        int* starts = Topology.RowStarts, columns = Topology.Columns;
        var marks = selected.Pointer;
        for (long row = 0; row < Topology.OutputCount; row++)
        {
            var origin = row * Topology.InputCount;
            for (var index = starts[row]; index < starts[row + 1]; index++)
            {
                positions[found] = origin + columns[index];
                found += marks[index];
            }
        }
        return positions.AsSpan(0, found);
    }
}
