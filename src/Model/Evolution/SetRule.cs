using System.Globalization;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Evolution;

/// <summary>
/// Sparse evolutionary training (wasap specification, section 3): drops the fraction zeta of the positive and of the negative weights that
/// lies closest to zero and grows as many connections at uniformly random empty positions. A position that was just emptied is taken
/// only when no other is left.
/// </summary>
public sealed record SetRule : ITopologyRule
{
    /// <summary>Creates the rule.</summary>
    /// <param name="zeta">Fraction of the weights of either sign to replace, 0 to 1; counts are rounded to the nearest.</param>
    /// <exception cref="InvalidInputException">The fraction is outside 0 to 1.</exception>
    public SetRule(double zeta = 0.3)
    {
        if (!(zeta is >= 0 and <= 1))
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"zeta {zeta}: expected a fraction from 0 to 1"));
        Zeta = zeta;
    }

    /// <summary>Fraction of the weights of either sign to replace.</summary>
    public double Zeta { get; }

    /// <inheritdoc/>
    public string Name => "set";

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network) => NetworkEvolution.OfHiddenLayers(network, Evolve);

    /// <summary>The change of one layer; null if it is none.</summary>
    public TopologyChange? Evolve(LayerSnapshot layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var negative = MagnitudeSelection.CountNegative(layer.Values);
        var positivesToRemove = Fraction(layer.Values.Length - negative);
        var negativesToRemove = Fraction(negative);
        var count = (int)(positivesToRemove + negativesToRemove);
        if (count == 0) return null;

        using var removed = new NativeBuffer<byte>(layer.Values.Length, zeroed: false);
        MagnitudeSelection.Mark(layer.Values, positivesToRemove, negativesToRemove, removed);
        using var grownPositions = GrowPositions(layer, removed, count);
        var topology = layer.Topology;
        var meanFanIn = (double)topology.ConnectionCount / topology.OutputCount;
        var sampler = new WeightSampler(layer.Initializer, topology.InputCount, topology.OutputCount, meanFanIn);
        using var grownValues = new NativeBuffer<float>(count, zeroed: false);
        for (var index = 0; index < count; index++) grownValues[index] = sampler.Next(layer.Random);
        return TopologyEdit.Build(topology, removed, grownPositions.Span, grownValues.Span);
    }

    private long Fraction(long count) => (long)Math.Round(Zeta * count, MidpointRounding.AwayFromZero);

    private static NativeBuffer<long> GrowPositions(LayerSnapshot layer, NativeBuffer<byte> removed, int count)
    {
        var empty = new EmptyPositions(layer);
        var fromEmpty = (int)Math.Min(count, empty.Count);
        var positions = new NativeBuffer<long>(count, zeroed: false);
        var empties = positions.Slice(0, fromEmpty);
        var others = positions.Slice(fromEmpty, count - fromEmpty);
        DistinctRanks.Draw(empty.Count, empties, layer.Random);
        empty.Locate(empties);
        if (others.IsEmpty) return positions;

        var justRemoved = RemovedPositions(layer.Topology, removed, count);
        DistinctRanks.Draw(count, others, layer.Random);
        foreach (ref var position in others) position = justRemoved[position];
        positions.Span.Sort();
        return positions;
    }

    private static long[] RemovedPositions(Topology topology, NativeBuffer<byte> removed, int count)
    {
        var positions = new long[count];
        var found = 0;
        for (long row = 0; row < topology.OutputCount; row++)
        {
            var columns = topology.Row(row);
            for (var index = 0; index < columns.Length; index++)
                if (removed[topology.RowStart(row) + index] != 0) positions[found++] = row * topology.InputCount + columns[index];
        }
        return positions;
    }
}
