using System.Runtime.Intrinsics;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators;

/// <summary>
/// Sums over the terms of gradients, of which guided growth needs two for a sparse block: of what goes into each of its inputs, and of the
/// gradients by each of its outputs (gse specification, section 2.3).
/// </summary>
internal static class GuidanceSums
{
    /// <summary>
    /// The sum of each neuron's values times <paramref name="signs"/>, or of their magnitudes if there are none, to
    /// <paramref name="sums"/>.
    /// </summary>
    internal static void Sum(ActivationMatrix values, ReadOnlySpan<float> signs, Span<double> sums)
    {
        for (var neuron = 0; neuron < sums.Length; neuron++) sums[neuron] = Sum(values.Row(neuron), signs);
    }

    /// <summary>
    /// As below, of the samples of one neuron, which are the terms of place <paramref name="place"/>: every place has a sign for each sample.
    /// </summary>
    internal static double Sum(ActivationMatrix matrix, int neuron, ReadOnlySpan<float> signs, int place)
    {
        if (!signs.IsEmpty) signs = signs.Slice(place * matrix.Batch, matrix.Batch);
        if (!matrix.IsGrouped) return Sum(matrix.Row(neuron), signs);
        double sum = 0;
        foreach (var group in matrix.PartsWith(matrix))
        {
            sum += Sum(group.Row(neuron), signs.IsEmpty ? signs : signs[..group.Batch]);
            if (!signs.IsEmpty) signs = signs[group.Batch..];
        }
        return sum;
    }

    /// <summary>The sum of <paramref name="values"/> times <paramref name="signs"/>, or of their magnitudes if there are none.</summary>
    internal static double Sum(ReadOnlySpan<float> values, ReadOnlySpan<float> signs) =>
        signs.IsEmpty ? SumMagnitudes(values) : SumSigned(values, signs);

    // Vectors of one width everywhere, so that all machines add in the same order.
    private static double SumMagnitudes(ReadOnlySpan<float> values)
    {
        var sum = Vector256<double>.Zero;
        var sample = 0;
        for (; sample <= values.Length - Vector256<float>.Count; sample += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Abs(Vector256.Create(values[sample..])));
            sum += lower + upper;
        }
        var total = Vector256.Sum(sum);
        for (; sample < values.Length; sample++) total += Math.Abs(values[sample]);
        return total;
    }

    private static double SumSigned(ReadOnlySpan<float> values, ReadOnlySpan<float> signs)
    {
        var sum = Vector256<double>.Zero;
        var sample = 0;
        for (; sample <= values.Length - Vector256<float>.Count; sample += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Create(values[sample..]) * Vector256.Create(signs[sample..]));
            sum += lower + upper;
        }
        var total = Vector256.Sum(sum);
        for (; sample < values.Length; sample++) total += values[sample] * signs[sample];
        return total;
    }
}
