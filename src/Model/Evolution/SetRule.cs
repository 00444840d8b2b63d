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
        var grownPositions = GrowPositions(layer, removed, count);
        var topology = layer.Topology;
        var meanFanIn = (double)topology.ConnectionCount / topology.OutputCount;
        var sampler = new WeightSampler(layer.Initializer, topology.InputCount, topology.OutputCount, meanFanIn);
        var grownValues = new float[count];
        for (var index = 0; index < count; index++) grownValues[index] = sampler.Next(layer.Random);
        return TopologyEdit.Build(topology, removed, grownPositions, grownValues);
    }

    private long Fraction(long count) => (long)Math.Round(Zeta * count, MidpointRounding.AwayFromZero);

    private static long[] GrowPositions(LayerSnapshot layer, NativeBuffer<byte> removed, int count)
    {
        var empty = new EmptyPositions(layer);
        var fromEmpty = (int)Math.Min(count, empty.Count);
        var positions = DistinctRanks.Draw(empty.Count, fromEmpty, layer.Random);
        empty.Locate(positions);
        if (fromEmpty == count) return positions;

        var justRemoved = RemovedPositions(layer.Topology, removed, count);
        var chosen = DistinctRanks.Draw(count, count - fromEmpty, layer.Random);
        long[] all = [.. positions, .. chosen.Select(index => justRemoved[index])];
        Array.Sort(all);
        return all;
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
