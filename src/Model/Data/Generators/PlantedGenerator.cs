using ActorSparse.Model.Data.Formats;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Generators;

/// <summary>
/// Generates standard normal features, dense or sparse, and labels them with a sparse teacher network, so that what a sparse student should
/// find is known. Each of the teacher's outputs is standardised over the training set, so that no class dominates.
/// </summary>
internal static class PlantedGenerator
{
    /// <summary>Generates the pair, not standardised; it depends on the seed of <paramref name="source"/> and the options alone.</summary>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static DataPair Generate(RandomSource source, PlantedOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var teacher = new PlantedTeacher(source.Stream("planted-teacher"), options);
        var trainOutputs = new double[options.TrainCount][];
        var testOutputs = new double[options.TestCount][];
        // Labels are written after the outputs of all samples are known; the data sets hold the arrays.
        int[] trainLabels = new int[options.TrainCount], testLabels = new int[options.TestCount];
        var train = Part(source, options, teacher, "train", trainOutputs, trainLabels);
        var test = Part(source, options, teacher, "test", testOutputs, testLabels);
        Standardize(trainOutputs, testOutputs);
        Label(source.Stream("planted-label-train"), options, trainOutputs, trainLabels);
        Label(source.Stream("planted-label-test"), options, testOutputs, testLabels);
        return new(train, test);
    }

    private static void Check(PlantedOptions options)
    {
        if (options.TrainCount < 1 || options.TestCount < 1)
            throw new InvalidInputException("planted: expected at least 1 training and 1 test sample");
        if (options.FeatureCount < 1 || options.HiddenCount < 1 || options.FanIn < 1)
            throw new InvalidInputException("planted: expected at least 1 feature, 1 hidden neuron and a fan-in of 1");
        if (options.ClassCount is < 2 or > RawLabels.ClassesMax)
            throw new InvalidInputException($"planted: {options.ClassCount} classes; expected 2 to {RawLabels.ClassesMax}");
        if (options.Density is not (> 0 and <= 1))
            throw new InvalidInputException($"planted: density {options.Density}; expected more than 0, at most 1");
        if (options.LabelNoise is not (>= 0 and <= 1))
            throw new InvalidInputException($"planted: label noise {options.LabelNoise}; expected 0 to 1");
    }

    private static Dataset Part(RandomSource source, PlantedOptions options, PlantedTeacher teacher, string part, double[][] outputs,
        int[] labels)
    {
        var random = source.Stream("planted-" + part);
        return options.Density < 1
            ? Sparse(random, options, teacher, "planted " + part, outputs, labels)
            : Dense(random, options, teacher, "planted " + part, outputs, labels);
    }

    private static DenseDataset Dense(RandomStream random, PlantedOptions options, PlantedTeacher teacher, string name, double[][] outputs,
        int[] labels)
    {
        var values = new NativeBuffer<float>((long)labels.Length * options.FeatureCount, zeroed: false);
        for (var sample = 0; sample < labels.Length; sample++)
        {
            var features = values.Slice((long)sample * options.FeatureCount, options.FeatureCount);
            foreach (ref var feature in features) feature = (float)random.NextGaussian();
            teacher.Apply(features, outputs[sample] = new double[options.ClassCount]);
        }
        return new(name, values, options.FeatureCount, labels, options.ClassCount);
    }

    private static SparseDataset Sparse(RandomStream random, PlantedOptions options, PlantedTeacher teacher, string name,
        double[][] outputs, int[] labels)
    {
        using GrowableBuffer<long> rowStarts = new();
        using GrowableBuffer<int> columns = new();
        using GrowableBuffer<float> values = new();
        var features = new float[options.FeatureCount];
        var skipScale = 1 / Math.Log(1 - options.Density);
        rowStarts.Add(0);
        for (var sample = 0; sample < labels.Length; sample++)
        {
            // The gaps between independent events are geometric: O(stored entries), not O(features).
            for (var feature = Skip(random, skipScale); feature < features.Length; feature += 1 + Skip(random, skipScale))
            {
                features[feature] = (float)random.NextGaussian();
                columns.Add((int)feature);
                values.Add(features[feature]);
            }
            rowStarts.Add(columns.Length);
            teacher.Apply(features, outputs[sample] = new double[options.ClassCount]);
            for (var entry = rowStarts[sample]; entry < columns.Length; entry++) features[columns[entry]] = 0;
        }
        return new(name, rowStarts.Take(), columns.Take(), values.Take(), options.FeatureCount, labels, options.ClassCount);
    }

    private static long Skip(RandomStream random, double scale) => (long)Math.Min(Math.Log(1 - random.NextDouble()) * scale, int.MaxValue);

    private static void Standardize(double[][] trainOutputs, double[][] testOutputs)
    {
        for (var output = 0; output < trainOutputs[0].Length; output++)
        {
            var column = output;
            var mean = trainOutputs.Average(outputs => outputs[column]);
            var deviation = Math.Sqrt(trainOutputs.Average(outputs => Math.Pow(outputs[column] - mean, 2)));
            foreach (var outputs in trainOutputs.Concat(testOutputs))
                outputs[column] = (outputs[column] - mean) / (deviation > 0 ? deviation : 1);
        }
    }

    private static void Label(RandomStream random, PlantedOptions options, double[][] outputs, int[] labels)
    {
        for (var sample = 0; sample < labels.Length; sample++)
        {
            labels[sample] = Array.IndexOf(outputs[sample], outputs[sample].Max());
            if (random.NextDouble() < options.LabelNoise)
                labels[sample] = (labels[sample] + 1 + random.NextInt32(options.ClassCount - 1)) % options.ClassCount;
        }
    }
}
