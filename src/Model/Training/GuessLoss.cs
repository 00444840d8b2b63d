using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>
/// Mean losses of networks that say the same of every sample, by the definition of the loss (<c>OutputLoss</c>): what training is measured
/// against.
/// </summary>
/// <param name="Alike">
/// Of one that knows nothing: it takes all classes for alike, z is 0, with softmax ln C, with sigmoid outputs a half each; outputs without
/// bounds, whose loss begins where it likes, are all 1. Real targets are their mean: half for each of them, standardised.
/// </param>
/// <param name="Best">Of the best one: its outputs are the shares of the classes or labels, or the means.</param>
/// <param name="Score">What the best one scores; of classes the share of the most frequent one.</param>
/// <param name="ScoreKind">What the score is.</param>
internal sealed record GuessLoss(double Alike, double Best, double Score, ScoreKind ScoreKind)
{
    /// <summary>Those on the samples of <paramref name="data"/>.</summary>
    /// <param name="spec">Output and loss.</param>
    /// <param name="data">The samples.</param>
    /// <param name="classWeights">Weight of each class in the loss; none where all are 1.</param>
    public static GuessLoss Of(NetworkSpec spec, Dataset data, ReadOnlySpan<float> classWeights)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        return data.Targets switch
        {
            RealTargets targets => OfMeans(targets),
            LabelSets sets => OfLabels(spec, sets),
            _ => OfClasses(spec, data, classWeights),
        };
    }

    /// <summary>Whether no score can be better than that of the guess.</summary>
    public bool IsPerfect => Score == (ScoreKind.IsError ? 0 : 1);

    /// <summary>Whether <paramref name="score"/> is better than that of the guess, by more than the factor <paramref name="luck"/>.</summary>
    public bool IsBeatenBy(double score, double luck = 1) => ScoreKind.IsError ? luck * score < Score : score > luck * Score;

    private static GuessLoss OfClasses(NetworkSpec spec, Dataset data, ReadOnlySpan<float> classWeights)
    {
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
        double[] targets = spec.OutputCount == 1 ? [shares[1]] : shares;
        // Smoothing moves every target towards an even share.
        targets = [.. targets.Select(share => (1 - spec.LabelSmoothing) * share + spec.LabelSmoothing * total / targets.Length)];
        var best = total == 0 ? 0 : targets.Sum(share => BestOf(spec, share, total));
        return new(total * AlikeOf(spec), best, largest, ScoreKind.Accuracy);
    }

    // Of the standardised targets: on other data than the training set's their variances are not 1.
    private static GuessLoss OfMeans(RealTargets targets)
    {
        var best = 0.0;
        var moments = targets.Measure();
        for (var target = 0; target < targets.Count; target++)
        {
            double deviation = targets.Standardization?.Deviations[target] ?? 1;
            best += moments[target].Variance / (deviation * deviation);
        }
        return new(
            targets.Count / 2.0, best / 2, targets.Unit * Math.Sqrt(best / targets.Count), ScoreKind.RootMeanSquaredError);
    }

    // The best guess has the labels that most samples have.
    private static GuessLoss OfLabels(NetworkSpec spec, LabelSets sets)
    {
        double best = 0, samples = sets.SampleCount;
        HitCounts hits = default;
        foreach (var count in sets.CountSamples())
        {
            best += BestOf(spec, count / samples, 1);
            hits += 2L * count >= sets.SampleCount ? new(count, sets.SampleCount - count, 0) : new(0, 0, count);
        }
        return new(AlikeOf(spec), best, hits.F1 ?? 0, ScoreKind.MicroF1);
    }

    private static double AlikeOf(NetworkSpec spec)
    {
        var outputs = spec.OutputCount;
        var kind = spec.OutputActivation.Kind;
        if (spec.Loss != LossKind.MeanSquaredError) return kind == ActivationKind.Softmax ? Math.Log(outputs) : outputs * Math.Log(2);
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
