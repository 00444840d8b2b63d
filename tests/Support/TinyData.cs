using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Tests.Support;

/// <summary>Points around one centre per class, few and of few features.</summary>
internal static class TinyData
{
    /// <summary>
    /// So few samples that a loss says nothing of how training goes. They are of one class and small, so that no guess is better than a
    /// network and none diverges.
    /// </summary>
    public static Dataset Harmless(int samples, int features, ulong seed) => Create(samples, features, 1, seed, scale: 0.03f);

    /// <summary>
    /// Samples with two real targets, of different units, or three labels each: functions of the first features that a small network learns.
    /// </summary>
    public static Dataset Create(TargetKind kind, int samples, int features, ulong seed)
    {
        var random = new RandomSource(seed).Stream("samples");
        var values = new NativeBuffer<float>(samples * features);
        foreach (ref var value in values.Span) value = (float)random.NextGaussian();
        var sums = Enumerable.Range(0, samples).Select(sample => (
            First: values[sample * features] + values[sample * features + 1], Second: values[sample * features + 2])).ToList();
        Targets targets;
        if (kind == TargetKind.Real)
        {
            var real = new RealTargets([.. sums.SelectMany(sum => new[] { 1000 + 50 * sum.First, 0.1f * sum.Second })], 2)
                { Names = ["price", "share"] };
            real.Standardize(Standardization.Measure(real));
            targets = real;
        }
        else
        {
            List<int> starts = [0], labels = [];
            foreach (var (first, second) in sums)
            {
                if (first > 0) labels.Add(0);
                if (second > 0) labels.Add(1);
                if (second < -1) labels.Add(2);
                starts.Add(labels.Count);
            }
            targets = new LabelSets([.. starts], [.. labels], 3) { Names = ["a", "b", "c"] };
        }
        return new DenseDataset("tiny", values, features, targets);
    }

    /// <summary>Sample <paramref name="poisoned"/>, if there is one, has a feature that is not a number.</summary>
    public static Dataset Create(int samples, int features, int classes, ulong seed, int poisoned = -1, float scale = 1)
    {
        var centres = new RandomSource(1234).Stream("centres");
        var centre = new float[classes * features];
        for (var index = 0; index < centre.Length; index++) centre[index] = (float)centres.NextGaussian() * 1.5f;
        var random = new RandomSource(seed).Stream("samples");
        var labels = new int[samples];
        var values = new NativeBuffer<float>(samples * features);
        for (var sample = 0; sample < samples; sample++)
        {
            labels[sample] = random.NextInt32(classes);
            for (var feature = 0; feature < features; feature++)
                values[sample * features + feature] =
                    scale * (centre[labels[sample] * features + feature] + (float)random.NextGaussian());
        }
        if (poisoned >= 0) values[poisoned * features] = float.NaN;
        return new DenseDataset("tiny", values, features, labels, classes);
    }
}
