using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Data.Generators;
using ActorSparse.Model.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ActorSparse.Model.Tests.Data;

public sealed class GeneratorTests
{
    [Fact]
    public void Madelon_has_the_published_shape()
    {
        using var data = DataSource.Load(new() { Name = "madelon" });
        Assert.Equal((2000, 600, 500, 2), (data.Train.SampleCount, data.Test.SampleCount, data.Train.FeatureCount, data.Train.ClassCount));
        Assert.Equal(["-1", "1"], data.Train.ClassNames);
        Assert.InRange(data.Train.Labels.Count(label => label == 1), 950, 1050);
    }

    [Fact]
    public void Madelon_has_as_many_directions_as_informative_features_and_probes()
    {
        // Redundant features are linear in the informative ones: the centred data has rank 5 + 10, not 5 + 7 + 10.
        using var pair = MadelonGenerator.Generate(new(4), new() { TrainCount = 300, TestCount = 1, RedundantCount = 7, ProbeCount = 10 });
        pair.Train.Standardize(Standardization.Measure(pair.Train));
        var values = Matrix<double>.Build.DenseOfRowArrays(Rows(pair.Train));
        var singular = values.Svd(computeVectors: false).S;
        Assert.True(singular[14] > 1, $"15th singular value {singular[14]}");
        Assert.True(singular[15] < 1e-2, $"16th singular value {singular[15]}");
    }

    [Fact]
    public void Madelon_is_told_by_its_clusters_and_not_by_single_features()
    {
        var options = new MadelonOptions { TestCount = 1, RedundantCount = 0, ProbeCount = 0, FlipProbability = 0 };
        using var pair = MadelonGenerator.Generate(new(5), options);
        pair.Train.Standardize(Standardization.Measure(pair.Train));
        var rows = Rows(pair.Train);
        var labels = pair.Train.Labels;
        var neighbours = Enumerable.Range(0, rows.Length).Count(sample => labels[Nearest(rows, sample)] == labels[sample]);
        Assert.True(neighbours > 0.8 * rows.Length, $"{neighbours} nearest neighbours have the same class");
        Assert.All(Enumerable.Range(0, 5), feature =>
        {
            var agree = Enumerable.Range(0, rows.Length).Count(sample => (rows[sample][feature] > 0) == (labels[sample] == 1));
            Assert.InRange(agree, 0.25 * rows.Length, 0.75 * rows.Length);
        });
    }

    [Fact]
    public void Madelon_flips_the_stated_fraction_of_labels()
    {
        var options = new MadelonOptions { TrainCount = 20_000, TestCount = 1, RedundantCount = 0, ProbeCount = 0 };
        using DataPair clean = MadelonGenerator.Generate(new(6), options with { FlipProbability = 0 }),
            flipped = MadelonGenerator.Generate(new(6), options);
        Assert.InRange(clean.Train.Labels.Zip(flipped.Train.Labels).Count(pair => pair.First != pair.Second), 150, 250);
    }

    [Theory]
    [InlineData("madelon", 1.0)]
    [InlineData("planted", 1.0)]
    [InlineData("planted", 0.05)]
    public void Generated_data_depends_on_the_seed_alone(string name, double density)
    {
        var options = new DataOptions
        {
            Name = name,
            Madelon = new() { TrainCount = 50, TestCount = 20 },
            Planted = new() { TrainCount = 50, TestCount = 20, FeatureCount = 100, Density = density },
        };
        using DataPair first = DataSource.Load(options), same = DataSource.Load(options),
            other = DataSource.Load(options with { Seed = 2 });
        Assert.Equal((first.Train.ContentHash, first.Test.ContentHash), (same.Train.ContentHash, same.Test.ContentHash));
        Assert.NotEqual(first.Train.ContentHash, other.Train.ContentHash);
        Assert.NotEqual(first.Train.ContentHash, first.Test.ContentHash);
    }

    [Fact]
    public void A_planted_label_depends_on_the_teachers_features_alone()
    {
        var options = new PlantedOptions { FeatureCount = 60, HiddenCount = 4, FanIn = 3, ClassCount = 3 };
        var teacher = new PlantedTeacher(new RandomSource(1).Stream("teacher"), options);
        Assert.InRange(teacher.RelevantFeatures.Count, 3, 12);
        var random = new RandomSource(2).Stream("features");
        double[] before = new double[3], after = new double[3];
        var features = Enumerable.Range(0, 60).Select(_ => (float)random.NextGaussian()).ToArray();
        teacher.Apply(features, before);
        for (var feature = 0; feature < 60; feature++)
        {
            var changed = features.ToArray();
            if (!teacher.RelevantFeatures.Contains(feature)) changed[feature] += 5;
            teacher.Apply(changed, after);
            Assert.Equal(before, after);
        }
        foreach (var feature in teacher.RelevantFeatures) features[feature] += 5;
        teacher.Apply(features, after);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void Planted_classes_are_all_there_and_noise_is_as_stated()
    {
        var options = new PlantedOptions { TrainCount = 4000, TestCount = 500, FeatureCount = 50, ClassCount = 4 };
        using DataPair clean = PlantedGenerator.Generate(new(3), options),
            noisy = PlantedGenerator.Generate(new(3), options with { LabelNoise = 0.25 });
        Assert.All(Enumerable.Range(0, 4), label => Assert.True(clean.Train.Labels.Count(other => other == label) > 200));
        Assert.InRange(clean.Train.Labels.Zip(noisy.Train.Labels).Count(pair => pair.First != pair.Second), 850, 1150);
    }

    [Fact]
    public void Sparse_planted_data_has_the_stated_density()
    {
        using var pair = PlantedGenerator.Generate(new(4), new() { TrainCount = 500, TestCount = 10, FeatureCount = 2000, Density = 0.01 });
        Assert.InRange(Assert.IsType<SparseDataset>(pair.Train).EntryCount, 9_500, 10_500);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        foreach (var options in new MadelonOptions[]
                 {
                     new() { TrainCount = 0 }, new() { InformativeCount = 0 }, new() { InformativeCount = 17 }, new() { ProbeCount = -1 },
                     new() { FlipProbability = 1.5 }, new() { FlipProbability = double.NaN }, new() { ClassSeparation = 0 },
                 })
            Assert.StartsWith("madelon: ", Assert.Throws<InvalidInputException>(() => MadelonGenerator.Generate(new(1), options)).Message,
                StringComparison.Ordinal);
        foreach (var options in new PlantedOptions[]
                 {
                     new() { TestCount = 0 }, new() { FeatureCount = 0 }, new() { FanIn = 0 }, new() { ClassCount = 1 },
                     new() { Density = 0 },
                     new() { Density = double.NaN }, new() { LabelNoise = -0.1 },
                 })
            Assert.StartsWith("planted: ", Assert.Throws<InvalidInputException>(() => PlantedGenerator.Generate(new(1), options)).Message,
                StringComparison.Ordinal);
    }

    private static int Nearest(double[][] rows, int sample)
    {
        var (nearest, least) = (-1, double.PositiveInfinity);
        for (var other = 0; other < rows.Length; other++)
        {
            var distance = other == sample ? double.PositiveInfinity : 0;
            for (var feature = 0; feature < rows[sample].Length; feature++)
                distance += Math.Pow(rows[sample][feature] - rows[other][feature], 2);
            if (distance < least) (nearest, least) = (other, distance);
        }
        return nearest;
    }

    private static double[][] Rows(Dataset dataset)
    {
        var row = new float[dataset.FeatureCount];
        float[] means = dataset.Standardization!.Means, deviations = dataset.Standardization.Deviations;
        return [.. Enumerable.Range(0, dataset.SampleCount).Select(sample =>
        {
            ((DenseDataset)dataset).CopySample(sample, row);
            return row.Select((value, feature) => (double)(value - means[feature]) / deviations[feature]).ToArray();
        })];
    }
}
