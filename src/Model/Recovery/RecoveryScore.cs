namespace ActorSparse.Model.Recovery;

/// <summary>How well a network was recovered.</summary>
internal static class RecoveryScore
{
    /// <summary>
    /// Relative error of the weights, Frobenius norm over Frobenius norm, up to which they count as recovered.
    /// </summary>
    public const double ExactTolerance = 1e-4;

    // The cosine of 2.6 degrees.
    private const double Parallel = 0.999;

    /// <summary>
    /// Peak signal-to-noise ratio in decibels, 20 log10(peak) - 10 log10(mean squared error); at most 400, which stands for no error at all.
    /// </summary>
    public static double Psnr(double meanSquaredError, double peak)
    {
        const double Most = 400;
        if (!(peak > 0)) return 0;
        return Math.Min(Most, 20 * Math.Log10(peak) - 10 * Math.Log10(Math.Max(meanSquaredError, double.Epsilon)));
    }

    /// <summary>
    /// How far the rectifiers <paramref name="found"/> are from <paramref name="planted"/>, the order of neurons apart: the norm of all
    /// differences over the norm of what was planted. Neurons of one sign whose weights point within 2.6 degrees of each other are taken for one
    /// with the sum of their weights, as parallel ones are for all samples; neurons are matched greedily, the closest first, and those left
    /// over count in full.
    /// </summary>
    /// <param name="planted">Weights, a block a neuron.</param>
    /// <param name="found">Weights, a block a neuron.</param>
    /// <param name="plantedSign">The output weight, 1 or -1, of a planted neuron.</param>
    /// <param name="foundSign">The same of one that was found.</param>
    public static double WeightError(SparseVector planted, SparseVector found, Func<int, int> plantedSign, Func<int, int> foundSign)
    {
        ArgumentNullException.ThrowIfNull(planted);
        ArgumentNullException.ThrowIfNull(found);
        var (left, right) = (Merge(planted, plantedSign), Merge(found, foundSign));
        var norm = left.Sum(neuron => Dot(neuron.Weights, neuron.Weights));
        var pairs = new List<(double Distance, int Left, int Right)>();
        for (var one = 0; one < left.Count; one++)
            for (var other = 0; other < right.Count; other++)
                if (left[one].Sign == right[other].Sign) pairs.Add((Distance(left[one].Weights, right[other].Weights), one, other));
        pairs.Sort();
        double error = 0;
        var (leftOver, rightOver) = (Enumerable.Range(0, left.Count).ToHashSet(), Enumerable.Range(0, right.Count).ToHashSet());
        foreach (var (distance, one, other) in pairs)
        {
            if (!leftOver.Contains(one) || !rightOver.Contains(other)) continue;
            error += distance;
            leftOver.Remove(one);
            rightOver.Remove(other);
        }
        error += leftOver.Sum(one => Dot(left[one].Weights, left[one].Weights)) + rightOver.Sum(one => Dot(right[one].Weights, right[one].Weights));
        return norm > 0 ? Math.Sqrt(error / norm) : Math.Sqrt(error);
    }

    private static List<(int Sign, Dictionary<int, double> Weights)> Merge(SparseVector weights, Func<int, int> signOf)
    {
        var merged = new List<(int Sign, Dictionary<int, double> Weights)>();
        for (var block = 0; block < weights.Neurons.Length; block++)
        {
            var neuron = new Dictionary<int, double>();
            for (var entry = weights.Starts[block]; entry < weights.Starts[block + 1]; entry++)
                if (weights.Values[entry] != 0) neuron[weights.Places[entry]] = weights.Values[entry];
            if (neuron.Count == 0) continue;
            var sign = signOf(weights.Neurons[block]);
            var twin = merged.FindIndex(other => other.Sign == sign && AreParallel(other.Weights, neuron));
            if (twin < 0) merged.Add((sign, neuron));
            else
                foreach (var (place, value) in neuron) merged[twin].Weights[place] = merged[twin].Weights.GetValueOrDefault(place) + value;
        }
        return merged;
    }

    private static bool AreParallel(Dictionary<int, double> left, Dictionary<int, double> right) =>
        Dot(left, right) > Parallel * Math.Sqrt(Dot(left, left) * Dot(right, right));

    private static double Dot(Dictionary<int, double> left, Dictionary<int, double> right) =>
        left.Sum(entry => entry.Value * right.GetValueOrDefault(entry.Key));

    // Squared, term by term: the difference of two squares would lose what is smallest.
    private static double Distance(Dictionary<int, double> left, Dictionary<int, double> right)
    {
        double sum = 0;
        foreach (var place in left.Keys.Union(right.Keys))
        {
            var difference = left.GetValueOrDefault(place) - right.GetValueOrDefault(place);
            sum += difference * difference;
        }
        return sum;
    }
}
