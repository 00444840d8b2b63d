using System.Collections;
using System.Runtime.Intrinsics;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>
/// Averages of what several workers computed (wasap specification, section 5). Parts are summed in double precision in the order in which
/// they are listed. Callers list them by shard, so that the result does not depend, to the last bit, on the order of arrival.
/// </summary>
internal static unsafe class Averaging
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
            if (!model.Parameters.Layout.Equals(models[0].Parameters.Layout))
                throw new ArgumentException("models of different shapes have no average", nameof(models));
        var average = new Network(spec, Average([.. models.Select(model => model.Parameters)], targetConnections));
        for (var hidden = 0; hidden < average.LivingNeurons.Length; hidden++)
            average.LivingNeurons[hidden] = AliveInAny([.. models.Select(model => model.LivingNeurons[hidden])]);
        return average;
    }

    /// <summary>The same of parameters of one layout: dense blocks are averaged, sparse ones lose connections.</summary>
    public static ParameterSet Average(IReadOnlyList<ParameterSet> models, IReadOnlyList<int> targetConnections)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(targetConnections);
        ArgumentOutOfRangeException.ThrowIfZero(models.Count);
        var layout = models[0].Layout;
        ArgumentOutOfRangeException.ThrowIfNotEqual(targetConnections.Count, layout.Sparse.Count);
        int sparse = 0, dense = 0;
        var blocks = new ParameterBlock[layout.Blocks.Count];
        for (var index = 0; index < blocks.Length; index++)
        {
            if (!layout.Blocks[index].IsSparse)
            {
                blocks[index] = Mean([.. models.Select(model => model.Dense[dense])]);
                dense++;
                continue;
            }
            using var union = new BlockUnion([.. models.Select(model => model.Sparse[sparse])]);
            blocks[index] = Sparsify(union, targetConnections[sparse++]);
        }
        return new(layout, blocks);
    }

    /// <summary>
    /// The mean of gradients of one and the same topology, written to <paramref name="target"/> of that topology (WASSP-SGD).
    /// </summary>
    /// <exception cref="InvalidOperationException">The gradients belong to different topologies.</exception>
    public static void Average(IReadOnlyList<GradientSet> gradients, GradientSet target)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfZero(gradients.Count);
        foreach (var part in gradients)
            if (!part.TopologyIds.SequenceEqual(target.TopologyIds))
                throw new InvalidOperationException("gradients of different topologies have no average");
        for (var block = 0; block < target.Sparse.Count; block++)
            Mean([.. gradients.Select(part => part.Sparse[block])], target.Sparse[block]);
        for (var block = 0; block < target.Dense.Count; block++)
            Mean([.. gradients.Select(part => part.Dense[block])], target.Dense[block]);
    }

    /// <summary>
    /// The mean of each element, written to <paramref name="target"/> of the same length as every part: rounded once, from the sum in
    /// double precision in the order of the parts. Of one part it is that part, bit for bit.
    /// </summary>
    internal static void Mean(NativeBuffer<float>[] parts, NativeBuffer<float> target)
    {
        foreach (var part in parts) ArgumentOutOfRangeException.ThrowIfNotEqual(part.Length, target.Length, nameof(parts));
        if (parts.Length == 1)
        {
            target.CopyFrom(parts[0]);
            return;
        }
        var sources = new float*[parts.Length];
        for (var part = 0; part < parts.Length; part++) sources[part] = parts[part].Pointer;
        long position = 0;
        fixed (float** from = sources) position = Mean(from, parts.Length, target.Pointer, target.Length);
        for (; position < target.Length; position++)
        {
            double sum = sources[0][position];
            for (var part = 1; part < sources.Length; part++) sum += sources[part][position];
            target[position] = (float)(sum / parts.Length);
        }
        GC.KeepAlive(parts);
    }

    /// <summary>Each of the <paramref name="sums"/> divided by <paramref name="count"/> and rounded, to a target of their length.</summary>
    internal static void Divide(NativeBuffer<double> sums, int count, NativeBuffer<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, target.Length, nameof(target));
        var from = sums.Pointer;
        var to = target.Pointer;
        var divisor = Vector256.Create((double)count);
        long position = 0;
        for (; position <= sums.Length - Vector256<float>.Count; position += Vector256<float>.Count)
        {
            var (low, high) = (Vector256.Load(from + position), Vector256.Load(from + position + Vector256<double>.Count));
            Vector256.Narrow(low / divisor, high / divisor).Store(to + position);
        }
        for (; position < sums.Length; position++) to[position] = (float)(from[position] / count);
    }

    // As far as two whole vectors reach: four sums of their own, so that additions need not wait for each other. Returns where that is.
    private static long Mean(float** parts, int count, float* target, long length)
    {
        var divisor = Vector256.Create((double)count);
        long position = 0;
        for (; position <= length - 2L * Vector256<float>.Count; position += 2L * Vector256<float>.Count)
        {
            var (a, b) = Vector256.Widen(Vector256.Load(parts[0] + position));
            var (c, d) = Vector256.Widen(Vector256.Load(parts[0] + position + Vector256<float>.Count));
            for (var part = 1; part < count; part++)
            {
                var (a2, b2) = Vector256.Widen(Vector256.Load(parts[part] + position));
                var (c2, d2) = Vector256.Widen(Vector256.Load(parts[part] + position + Vector256<float>.Count));
                (a, b, c, d) = (a + a2, b + b2, c + c2, d + d2);
            }
            Vector256.Narrow(a / divisor, b / divisor).Store(target + position);
            Vector256.Narrow(c / divisor, d / divisor).Store(target + position + Vector256<float>.Count);
        }
        return position;
    }

    private static DenseBlock Mean(DenseBlock[] parts)
    {
        var mean = new DenseBlock((int)parts[0].Values.Length);
        Mean([.. parts.Select(part => part.Values)], mean.Values);
        Mean([.. parts.Select(part => part.Velocities)], mean.Velocities);
        if (parts.Any(part => part.SecondMoments is null)) return mean;
        mean.EnsureSecondMoments();
        Mean([.. parts.Select(part => part.SecondMoments!)], mean.SecondMoments!);
        return mean;
    }

    private static SparseBlock Sparsify(BlockUnion union, int targetCount)
    {
        var count = union.Values.Length;
        var excess = Math.Max(0, count - targetCount);
        var negative = MagnitudeThreshold.CountNegative(union.Values);
        var positive = count - negative;
        var fromPositive = count == 0 ? 0 : (long)Math.Round((double)excess * positive / count, MidpointRounding.AwayFromZero);
        using var removed = new NativeBuffer<byte>(count, zeroed: false);
        MagnitudeThreshold.MarkSmallestOfEachSign(union.Values, fromPositive, excess - fromPositive, removed);
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
