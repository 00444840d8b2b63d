using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// GraSP (Wang, Zhang, Grosse, "Picking Winning Tickets Before Training by Preserving Gradient Flow", ICLR 2020): connections stay whose
/// weight x (H g) is largest, sign included; g is the gradient by all weights, of logits divided by 200, and H its derivative.
/// </summary>
/// <remarks>
/// H g is the central difference of the gradients at w + e g and w - e g, with e g a thousandth of w in norm. Kernels compute in single
/// precision: the product is right to about 1e-3 of its norm. Rectifiers that switch between the two count, which they do not where H is
/// computed by differentiating twice.
/// </remarks>
internal static class GraspPruning
{
    private const double Temperature = 200;
    private const double RelativeStep = 1e-3;

    /// <inheritdoc cref="PruneAtStart"/>
    public static void Prune(Network full, DenseRunContext context, long count)
    {
        ArgumentNullException.ThrowIfNull(full);
        using var gradient = new ScoreGradient(context);
        var scores = Scores(full, gradient);
        GlobalPruning.CheckFinite(scores);
        ToMagnitudes(scores, count);
        StartPruningRule.Apply(full.Parameters, GlobalPruning.Keep(
            [.. full.Parameters.Sparse.Select(block => block.Topology)], scores, count));
        foreach (var score in scores) score.Dispose();
    }

    /// <summary>weight x (H g) / |g| of every connection; the caller owns the buffers.</summary>
    internal static NativeBuffer<float>[] Scores(Network full, ScoreGradient gradient)
    {
        var weights = full.Parameters.Sparse.Select(block => block.Values).ToArray();
        var direction = gradient.Of(full, Temperature);
        var norm = Norm(direction);
        var step = norm > 0 ? RelativeStep * Norm(weights) / norm : 0;
        using var moved = full.Clone();
        Move(moved, weights, direction, step);
        var ahead = gradient.Of(moved, Temperature);
        Move(moved, weights, direction, -step);
        var behind = gradient.Of(moved, Temperature);
        var factor = step > 0 ? 1 / (2 * step * norm) : 0;
        for (var block = 0; block < weights.Length; block++)
        {
            for (long position = 0; position < weights[block].Length; position++)
            {
                var difference = (double)ahead[block][position] - behind[block][position];
                ahead[block][position] = (float)(weights[block][position] * difference * factor);
            }
            direction[block].Dispose();
            behind[block].Dispose();
        }
        return ahead;
    }

    /// <summary>
    /// Turns signed <paramref name="scores"/> into magnitudes of which the <paramref name="count"/> largest belong to the largest scores: if
    /// as many are above 0 all others become 0; else those above 0 become larger than any, and the others the larger the nearer they are to 0.
    /// </summary>
    internal static void ToMagnitudes(IReadOnlyList<NativeBuffer<float>> scores, long count)
    {
        ArgumentNullException.ThrowIfNull(scores);
        long above = 0;
        var lowest = 0f;
        foreach (var buffer in scores)
        {
            for (long position = 0; position < buffer.Length; position++)
            {
                if (buffer[position] > 0) above++;
                lowest = Math.Min(lowest, buffer[position]);
            }
        }
        // The bits of magnitudes sort as integers do, so that none of their differences is lost to rounding.
        var deepest = BitConverter.SingleToInt32Bits(Math.Abs(lowest));
        foreach (var buffer in scores)
        {
            for (long position = 0; position < buffer.Length; position++)
            {
                var score = buffer[position];
                if (above >= count) buffer[position] = Math.Max(score, 0);
                else if (score > 0) buffer[position] = float.MaxValue;
                else buffer[position] = BitConverter.Int32BitsToSingle(deepest - BitConverter.SingleToInt32Bits(Math.Abs(score)));
            }
        }
    }

    private static void Move(Network network, NativeBuffer<float>[] weights, NativeBuffer<float>[] direction, double step)
    {
        for (var block = 0; block < weights.Length; block++)
        {
            var values = network.Parameters.Sparse[block].Values;
            for (long position = 0; position < values.Length; position++)
                values[position] = (float)(weights[block][position] + step * direction[block][position]);
        }
    }

    private static double Norm(NativeBuffer<float>[] buffers) => Math.Sqrt(buffers.Sum(SquareSum.Of));
}
