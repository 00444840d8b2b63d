using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>
/// Mean losses of networks that say the same of every sample, by the definition of the loss (<c>OutputLoss</c>): what training is measured
/// against.
/// </summary>
/// <param name="Alike">
/// Of one that takes all classes for alike: z is 0, with softmax ln C, with sigmoid outputs a half each. Outputs without bounds, whose loss
/// begins where it likes, are all 1.
/// </param>
/// <param name="Best">Of the best one: its outputs are the shares of the classes.</param>
/// <param name="LargestShare">Share of the most frequent class among the samples: how often a constant guess is right at most.</param>
public sealed record GuessLoss(double Alike, double Best, double LargestShare)
{
    /// <summary>Those on the samples of <paramref name="data"/>.</summary>
    /// <param name="spec">Output and loss.</param>
    /// <param name="data">The samples.</param>
    /// <param name="classWeights">Weight of each class in the loss; none where all are 1.</param>
    public static GuessLoss Of(NetworkSpec spec, Dataset data, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        var shares = new double[spec.ClassCount];
        foreach (var label in data.Labels) shares[label]++;
        var largest = shares.Max() / data.SampleCount;
        var total = 0.0;
        for (var label = 0; label < shares.Length; label++)
        {
            shares[label] *= (classWeights.IsEmpty ? 1 : classWeights[label]) / (double)data.SampleCount;
            total += shares[label];
        }
        // A single output says how likely the second class is.
        double[] targets = spec.LayerSizes[^1] == 1 ? [shares[1]] : shares;
        return new(total * AlikeOf(spec), total == 0 ? 0 : targets.Sum(share => BestOf(spec, share, total)), largest);
    }

    private static double AlikeOf(NetworkSpec spec)
    {
        var outputs = spec.LayerSizes[^1];
        var kind = spec.OutputActivation.Kind;
        if (spec.Loss == LossKind.CrossEntropy) return kind == ActivationKind.Softmax ? Math.Log(outputs) : outputs * Math.Log(2);
        return kind switch
        {
            ActivationKind.Softmax => (1 - 1.0 / outputs) / 2,
            ActivationKind.Sigmoid => outputs / 8.0,
            _ => Math.Max(1, outputs - 1) / 2.0,
        };
    }

    // What one output adds that says share / total of all samples, of which share of the weight has the target 1.
    private static double BestOf(NetworkSpec spec, double share, double total)
    {
        var rest = total - share;
        if (spec.Loss == LossKind.MeanSquaredError) return share * rest / total / 2;
        var loss = Surprise(share, total);
        return spec.OutputActivation.Kind == ActivationKind.Softmax ? loss : loss + Surprise(rest, total);
    }

    private static double Surprise(double share, double total) => share <= 0 ? 0 : -share * Math.Log(share / total);
}
