using System.Runtime.Intrinsics;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// What one or several batches tell about the neurons on both sides of a layer: all that guided sampling needs, O(neurons) numbers. Sums of
/// different batches add up, if each drew signs of its own.
/// </summary>
public sealed class NeuronSums
{
    /// <summary>Takes over the sums of the n_in inputs and the n_out outputs.</summary>
    public NeuronSums(double[] inputs, double[] outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        (Inputs, Outputs) = (inputs, outputs);
    }

    /// <summary>For every input neuron the sum of its activations' magnitudes, or of its activations under signs.</summary>
    public double[] Inputs { get; }

    /// <summary>For every output neuron the same of its gradients by z.</summary>
    public double[] Outputs { get; }

    /// <summary>
    /// The sums of a batch: <paramref name="activations"/> (n_in x B) go into the layer, <paramref name="deltas"/> (n_out x B) are
    /// gradients by z. For <see cref="Guidance.GraEst"/> a sample has one sign on both sides, drawn from <paramref name="signs"/>: only
    /// then is the product of two sums an unbiased estimate of the gradient (gse specification, section 2.3). Null for
    /// <see cref="Guidance.Uniform"/>, which needs none.
    /// </summary>
    public static NeuronSums? Of(Guidance guidance, ActivationMatrix activations, ActivationMatrix deltas, RandomStream signs)
    {
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentNullException.ThrowIfNull(deltas);
        ArgumentNullException.ThrowIfNull(signs);
        switch (guidance)
        {
            case Guidance.GraBo:
                return new(Sum(activations, []), Sum(deltas, []));
            case Guidance.GraEst:
                var values = DrawSigns(activations.Batch, signs);
                return new(Sum(activations, values), Sum(deltas, values));
            default:
                return null;
        }
    }

    /// <summary>The sum of each neuron's values times <paramref name="signs"/>, or of their magnitudes if there are none.</summary>
    internal static double[] Sum(ActivationMatrix values, ReadOnlySpan<float> signs)
    {
        var sums = new double[values.Neurons];
        for (var neuron = 0; neuron < sums.Length; neuron++)
            sums[neuron] = signs.IsEmpty ? SumMagnitudes(values.Row(neuron)) : SumSigned(values.Row(neuron), signs);
        return sums;
    }

    private static float[] DrawSigns(int count, RandomStream random)
    {
        var signs = new float[count];
        uint bits = 0;
        for (var sample = 0; sample < count; sample++, bits >>= 1)
        {
            if (sample % 32 == 0) bits = random.NextUInt32();
            signs[sample] = (bits & 1) == 0 ? 1 : -1;
        }
        return signs;
    }

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
