using System.Collections;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Training;

/// <summary>
/// Averages of what several workers computed (wasap specification, section 5). Every result is independent, to the last bit, of the order
/// in which the workers are listed.
/// </summary>
public static class Averaging
{
    /// <summary>
    /// The average of <paramref name="models"/>, which are only read: the union of their topologies with every connection, bias and
    /// velocity summed and divided by their number, a missing connection counting as 0; then each layer loses the weights of either sign
    /// closest to zero, in the proportion of the signs, until exactly <paramref name="targetConnections"/> of it remain (phase two, items 2
    /// and 3). A union that is no larger than its target stays whole. A neuron lives if it lives in any model.
    /// </summary>
    public static Network Average(IReadOnlyList<Network> models, IReadOnlyList<int> targetConnections)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(targetConnections);
        ArgumentOutOfRangeException.ThrowIfZero(models.Count);
        var spec = models[0].Spec;
        foreach (var model in models)
            if (!model.Spec.LayerSizes.SequenceEqual(spec.LayerSizes))
                throw new ArgumentException("models of different shapes have no average", nameof(models));
        ArgumentOutOfRangeException.ThrowIfNotEqual(targetConnections.Count, spec.LayerCount);

        var layers = new SparseLayer[spec.LayerCount];
        for (var index = 0; index < layers.Length; index++)
        {
            using var union = new LayerUnion([.. models.Select(model => model.Layers[index])]);
            layers[index] = Sparsify(union, targetConnections[index]);
        }
        var average = new Network(spec, layers);
        for (var hidden = 0; hidden < average.LivingNeurons.Length; hidden++)
            average.LivingNeurons[hidden] = AliveInAny([.. models.Select(model => model.LivingNeurons[hidden])]);
        return average;
    }

    /// <summary>
    /// The mean of gradients of one and the same topology, written to <paramref name="target"/> of that topology (WASSP-SGD).
    /// </summary>
    /// <exception cref="InvalidOperationException">The gradients belong to different topologies.</exception>
    public static void Average(IReadOnlyList<Gradients> gradients, Gradients target)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfZero(gradients.Count);
        foreach (var part in gradients)
            if (!part.TopologyIds.SequenceEqual(target.TopologyIds))
                throw new InvalidOperationException("gradients of different topologies have no average");
        for (var layer = 0; layer < target.Values.Count; layer++)
        {
            Mean([.. gradients.Select(part => part.Values[layer])], target.Values[layer]);
            Mean([.. gradients.Select(part => part.Biases[layer])], target.Biases[layer]);
        }
    }

    /// <summary>The mean of each element.</summary>
    internal static void Mean(NativeBuffer<float>[] parts, NativeBuffer<float> target)
    {
        var values = new float[parts.Length];
        for (long position = 0; position < target.Length; position++)
        {
            for (var part = 0; part < parts.Length; part++) values[part] = parts[part][position];
            target[position] = OrderFreeMean.Of(values, parts.Length);
        }
    }

    private static SparseLayer Sparsify(LayerUnion union, int targetCount)
    {
        var count = union.Values.Length;
        var excess = Math.Max(0, count - targetCount);
        var negative = MagnitudeSelection.CountNegative(union.Values);
        var positive = count - negative;
        var fromPositive = count == 0 ? 0 : (long)Math.Round((double)excess * positive / count, MidpointRounding.AwayFromZero);
        using var removed = new NativeBuffer<byte>(count, zeroed: false);
        MagnitudeSelection.Mark(union.Values, fromPositive, excess - fromPositive, removed);
        return union.Keep(removed, checked((int)(count - excess)));
    }

    private static LivingNeurons? AliveInAny(LivingNeurons?[] parts)
    {
        if (parts.Any(part => part is null)) return null;
        var alive = new BitArray(parts[0]!.Count);
        for (var neuron = 0; neuron < alive.Length; neuron++) alive[neuron] = parts.Any(part => part!.IsAlive(neuron));
        return new LivingNeurons(alive);
    }
}
