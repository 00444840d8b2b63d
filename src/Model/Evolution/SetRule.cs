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
/// <remarks>
/// As published every epoch replaces the same fraction, and a grown connection has the size of a new one: noise, once weights have the size
/// that their fan-in asks for. The gentle form begins grown connections at 0, lets the fraction fall along half a cosine to 0 in the first
/// 60 % of the epochs, and leaves layers alone that are nearly full, where the same positions would only change places.
/// </remarks>
public sealed record SetRule : ITopologyRule
{
    private const double GentleUntil = 0.6;
    private const double NearlyFull = 0.9;

    /// <summary>Creates the rule.</summary>
    /// <param name="zeta">Fraction of the weights of either sign to replace, 0 to 1; counts are rounded to the nearest.</param>
    /// <param name="isGentle">Whether it is the gentle form.</param>
    /// <exception cref="InvalidInputException">The fraction is outside 0 to 1.</exception>
    public SetRule(double zeta = 0.3, bool isGentle = false)
    {
        if (!(zeta is >= 0 and <= 1))
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"zeta {zeta}: expected a fraction from 0 to 1"));
        Zeta = zeta;
        IsGentle = isGentle;
    }

    /// <summary>Fraction of the weights of either sign to replace, in the gentle form after the first epoch.</summary>
    public double Zeta { get; }

    /// <summary>Whether it is the gentle form.</summary>
    public bool IsGentle { get; }

    /// <inheritdoc/>
    public string Name => IsGentle ? "set-zero" : "set";

    /// <inheritdoc/>
    public NetworkEvolution Evolve(NetworkSnapshot network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var fraction = IsGentle ? FractionAt(network.Update, network.UpdatesTotal) : Zeta;
        return NetworkEvolution.OfHiddenLayers(network, layer => IsGentle && IsNearlyFull(layer) ? null : Evolve(layer, fraction));
    }

    /// <summary>The change of one layer with the fraction zeta; null if it is none.</summary>
    public TopologyChange? Evolve(BlockSnapshot layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Evolve(layer, Zeta);
    }

    private TopologyChange? Evolve(BlockSnapshot layer, double fraction)
    {
        var negative = MagnitudeThreshold.CountNegative(layer.Values);
        var positivesToRemove = Fraction(layer.Values.Length - negative, fraction);
        var negativesToRemove = Fraction(negative, fraction);
        var count = (int)(positivesToRemove + negativesToRemove);
        if (count == 0) return null;

        using var removed = new NativeBuffer<byte>(layer.Values.Length, zeroed: false);
        MagnitudeThreshold.MarkSmallestOfEachSign(layer.Values, positivesToRemove, negativesToRemove, removed);
        using var grownPositions = GrowPositions(layer, removed, count);
        var topology = layer.Topology;
        var meanFanIn = (double)topology.ConnectionCount / (layer.LivingOutputs?.LivingCount ?? topology.OutputCount);
        var initializer = IsGentle ? Initializer.Zero : layer.Initializer;
        var sampler = new WeightSampler(initializer, topology.InputCount, topology.OutputCount, meanFanIn);
        using var grownValues = new NativeBuffer<float>(count, zeroed: false);
        for (var index = 0; index < count; index++) grownValues[index] = sampler.Next(layer.Random);
        return TopologyEdit.Build(topology, removed, grownPositions.Span, grownValues.Span);
    }

    private double FractionAt(long epoch, long epochs)
    {
        var end = GentleUntil * epochs;
        return epoch < end ? Zeta / 2 * (1 + Math.Cos(Math.PI * epoch / end)) : 0;
    }

    private static bool IsNearlyFull(BlockSnapshot layer) =>
        layer.Topology.ConnectionCount > NearlyFull * layer.Topology.InputCount * layer.Topology.OutputCount;

    private static long Fraction(long count, double fraction) => (long)Math.Round(fraction * count, MidpointRounding.AwayFromZero);

    private static NativeBuffer<long> GrowPositions(BlockSnapshot layer, NativeBuffer<byte> removed, int count)
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
