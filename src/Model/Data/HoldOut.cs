using System.Globalization;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>
/// Divides samples at random into a training set and a test or validation set: of every class about the same share, as far as whole samples allow. A class
/// of one sample stays in the training set; samples without classes are divided as they come.
/// </summary>
internal static class HoldOut
{
    private const int ShownMax = 5;

    /// <summary>The test set as <paramref name="options"/> say, and the rest; disposes of <paramref name="all"/>.</summary>
    /// <exception cref="InvalidInputException">There are too few samples.</exception>
    internal static DataPair Test(Dataset all, DataOptions options)
    {
        var (train, test, notes) = Divide(all, options.HoldOut, new RandomSource(options.Seed).Stream("hold-out"), ("test", "tested"));
        return new(train, test) { Notes = notes };
    }

    /// <summary>The pair with a share of its training set as validation set; owns what <paramref name="pair"/> owned.</summary>
    /// <exception cref="InvalidInputException">There are too few samples; <paramref name="pair"/> is still to be disposed of.</exception>
    internal static DataPair Validation(DataPair pair, double share, ulong seed)
    {
        var (train, validation, notes) =
            Divide(pair.Train, share, new RandomSource(seed).Stream("hold-out validation"), ("validation", "validated on"));
        return pair with { Train = train, Validation = validation, Notes = [.. pair.Notes, .. notes] };
    }

    private static (Dataset Train, Dataset HeldOut, string[] Notes) Divide(
        Dataset all, double share, RandomStream random, (string Set, string Done) purpose)
    {
        using (all)
        {
            var testCount = Math.Max(1, (int)Math.Round(all.SampleCount * share));
            if (testCount >= all.SampleCount)
                throw new InvalidInputException($"{all.Name}: {all.SampleCount} samples cannot be divided; expected more, or a {purpose.Set} file");
            var samples = Enumerable.Range(0, all.SampleCount).ToArray();
            random.Shuffle<int>(samples);
            if (all.Targets is not ClassTargets classes) return (all.Select(samples.AsSpan(testCount)), all.Select(samples.AsSpan(0, testCount)), []);
            var left = Shares(classes.CountSamples(), testCount, random);
            if (left.Sum() == 0)
                throw new InvalidInputException($"{all.Name}: no class has two samples to divide; expected more, or a {purpose.Set} file"
                    + " (if the label is a quantity, use --loss mean-squared-error)");
            List<int> train = [], test = [];
            foreach (var sample in samples) (left[classes.Labels[sample]]-- > 0 ? test : train).Add(sample);
            return (all.Select(train.ToArray()), all.Select(test.ToArray()), Notes(classes, purpose.Done));
        }
    }

    // Test samples of each class: its part of so many in all, rounded so that they add up (largest remainders; of equal ones at random).
    private static int[] Shares(int[] counts, int testCount, RandomStream random)
    {
        double total = counts.Sum();
        var exact = counts.Select(count => count * (testCount / total)).ToArray();
        var shares = exact.Select(share => (int)share).ToArray();
        var order = Enumerable.Range(0, counts.Length).ToArray();
        random.Shuffle<int>(order);
        var missing = testCount - shares.Sum();
        foreach (var label in order.OrderByDescending(label => exact[label] - (int)exact[label]))
            if (counts[label] > 1 && shares[label] < counts[label] - 1 && missing-- > 0) shares[label]++;
        for (var label = 0; label < counts.Length; label++) shares[label] = Math.Max(0, Math.Min(shares[label], counts[label] - 1));
        return shares;
    }

    private static string[] Notes(ClassTargets classes, string done)
    {
        var counts = classes.CountSamples();
        var single = Enumerable.Range(0, classes.Count).Where(label => counts[label] == 1).ToArray();
        if (single.Length == 0) return [];
        var names = string.Join(", ", single.Take(ShownMax).Select(classes.NameOf)) + (single.Length > ShownMax ? ", ..." : "");
        return [string.Create(CultureInfo.InvariantCulture, $"classes of one sample, which is trained on and not {done}: {names}")];
    }
}
