using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// What one or several batches tell about the inputs and outputs of a sparse block: all that guided sampling needs, O(neurons) numbers. Sums of
/// different batches add up, if each drew signs of its own.
/// </summary>
internal sealed class NeuronSums
{
    /// <summary>Takes over the sums of the n_in inputs and the n_out outputs.</summary>
    public NeuronSums(double[] inputs, double[] outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        (Inputs, Outputs) = (inputs, outputs);
    }

    /// <summary>For every input the sum of its activations' magnitudes, or of its activations under signs.</summary>
    public double[] Inputs { get; }

    /// <summary>For every output the same of its gradients by z.</summary>
    public double[] Outputs { get; }

    /// <summary>
    /// The sums of a batch, as <paramref name="sum"/> computes them under signs, or of magnitudes where there are none. For
    /// <see cref="Guidance.GraEst"/> each of the <paramref name="terms"/> that a gradient is the sum of has one sign on both sides, drawn from
    /// <paramref name="random"/>: only then is the product of two sums an unbiased estimate of the gradient (gse specification, section 2.3).
    /// Null for <see cref="Guidance.Uniform"/>, which needs none.
    /// </summary>
    internal static NeuronSums? Of(Guidance guidance, int terms, RandomStream random, Func<float[], NeuronSums> sum) => guidance switch
    {
        Guidance.GraBo => sum([]),
        Guidance.GraEst => sum(DrawSigns(terms, random)),
        _ => null,
    };

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
}
