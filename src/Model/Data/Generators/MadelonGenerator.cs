using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Generators;

/// <summary>
/// Generates data as Madelon was (Guyon, "Design of experiments for the NIPS 2003 variable selection benchmark", 2003): normal clusters,
/// each with a random covariance, on the corners of a hypercube, half of them of either class; linear combinations and probes; features
/// shifted, scaled and shuffled; some labels flipped. Training and test set are parts of one population.
/// </summary>
internal static class MadelonGenerator
{
    private const int InformativeMax = 16;
    private const double ScaleMax = 100;

    /// <summary>Generates the pair, not standardised; it depends on the seed of <paramref name="source"/> and the options alone.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static DataPair Generate(RandomSource source, MadelonOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var population = new Population(source, options);
        return new(population.Sample("train", options.TrainCount), population.Sample("test", options.TestCount));
    }

    private static void Check(MadelonOptions options)
    {
        if (options.TrainCount < 1 || options.TestCount < 1)
            throw new InvalidInputException("madelon: expected at least 1 training and 1 test sample");
        if (options.InformativeCount is < 1 or > InformativeMax)
            throw new InvalidInputException($"madelon: {options.InformativeCount} informative features; expected 1 to {InformativeMax}");
        if (options.RedundantCount < 0 || options.ProbeCount < 0)
            throw new InvalidInputException("madelon: expected 0 or more redundant features and probes");
        if (options.FlipProbability is not (>= 0 and <= 1))
            throw new InvalidInputException($"madelon: flip probability {options.FlipProbability}; expected 0 to 1");
        if (!(options.ClassSeparation > 0))
            throw new InvalidInputException($"madelon: class separation {options.ClassSeparation}; expected a positive number");
    }

    private sealed class Population
    {
        private readonly RandomSource _source;
        private readonly MadelonOptions _options;
        private readonly int[] _clusterLabels, _positions;
        private readonly double[][] _mixings;
        private readonly double[] _combinations, _shifts, _scales;

        internal Population(RandomSource source, MadelonOptions options)
        {
            (_source, _options) = (source, options);
            var random = source.Stream("madelon-population");
            var clusterCount = 1 << options.InformativeCount;
            _clusterLabels = [.. Enumerable.Range(0, clusterCount).Select(cluster => cluster % 2)];
            random.Shuffle<int>(_clusterLabels);
            var mixingLength = options.InformativeCount * options.InformativeCount;
            _mixings = [.. Enumerable.Range(0, clusterCount).Select(_ => Uniform(random, mixingLength))];
            _combinations = Uniform(random, options.InformativeCount * options.RedundantCount);
            _positions = [.. Enumerable.Range(0, FeatureCount)];
            random.Shuffle<int>(_positions);
            _shifts = [.. Uniform(random, FeatureCount).Select(value => value * options.ClassSeparation)];
            _scales = [.. Enumerable.Range(0, FeatureCount).Select(_ => 1 + ScaleMax * random.NextDouble())];
        }

        private int FeatureCount => checked(_options.InformativeCount + _options.RedundantCount + _options.ProbeCount);

        internal DenseDataset Sample(string part, int count)
        {
            var random = _source.Stream("madelon-" + part);
            var clusters = Enumerable.Range(0, count).Select(index => index % _clusterLabels.Length).ToArray();
            random.Shuffle<int>(clusters);
            var values = new NativeBuffer<float>((long)count * FeatureCount, zeroed: false);
            var labels = new int[count];
            for (var sample = 0; sample < count; sample++)
            {
                AddSample(values.Slice((long)sample * FeatureCount, FeatureCount), clusters[sample], random);
                var flip = random.NextDouble() < _options.FlipProbability ? 1 : 0;
                labels[sample] = _clusterLabels[clusters[sample]] ^ flip;
            }
            return new($"madelon {part}", values, FeatureCount, new ClassTargets(labels, 2) { Names = ["-1", "1"] });
        }

        private void AddSample(Span<float> target, int cluster, RandomStream random)
        {
            int dimensions = _options.InformativeCount, next = 0;
            Span<double> normal = stackalloc double[dimensions], informative = stackalloc double[dimensions];
            foreach (ref var value in normal) value = random.NextGaussian();
            for (var column = 0; column < dimensions; column++)
            {
                var corner = (cluster >> column & 1) == 0 ? -_options.ClassSeparation : _options.ClassSeparation;
                informative[column] = corner + Product(normal, _mixings[cluster], column, dimensions);
                Put(target, next++, informative[column]);
            }
            for (var column = 0; column < _options.RedundantCount; column++)
                Put(target, next++, Product(informative, _combinations, column, _options.RedundantCount));
            while (next < target.Length) Put(target, next++, random.NextGaussian());
        }

        private void Put(Span<float> target, int feature, double value) =>
            target[_positions[feature]] = (float)((value + _shifts[feature]) * _scales[feature]);

        private static double Product(ReadOnlySpan<double> row, double[] matrix, int column, int columnCount)
        {
            var sum = 0.0;
            for (var index = 0; index < row.Length; index++) sum += row[index] * matrix[index * columnCount + column];
            return sum;
        }

        private static double[] Uniform(RandomStream random, int count) =>
            [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
    }
}
