using ActorSparse.Model.Data;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

public sealed class HoldOutTests : ReaderTest
{
    [Fact]
    public void Every_class_gives_its_share() => Gen.Select(Gen.Int[1, 60].Array[2, 8], Gen.Double[0.05, 0.6], Gen.ULong).Sample((counts, share, seed) =>
    {
        var total = counts.Sum();
        if (counts.Max() == 1 || Math.Max(1, Math.Round(total * share)) >= total) return;
        using var data = Load(counts, share, seed);
        int[] train = ((ClassTargets)data.Train.Targets).CountSamples(), test = ((ClassTargets)data.Test.Targets).CountSamples();
        Assert.Equal(counts, train.Zip(test, (first, second) => first + second));
        Assert.True(data.Test.SampleCount <= Math.Max(1, Math.Round(total * share)));
        for (var label = 0; label < counts.Length; label++)
        {
            Assert.True(train[label] >= 1);
            // One more or less than the share by rounding; less still where a sample must stay in training.
            var exact = counts[label] * Math.Max(1, Math.Round(total * share)) / total;
            Assert.True(test[label] < exact + 1, $"class {label}: {test[label]} of {counts[label]}");
            Assert.True(test[label] > Math.Min(exact - 1, counts[label] - 1.5), $"class {label}: {test[label]} of {counts[label]}");
        }
        if (counts.Min() > 3 && share < 0.5) Assert.Equal(Math.Max(1, Math.Round(total * share)), data.Test.SampleCount);
        var features = Samples(data.Train).Concat(Samples(data.Test)).Select(sample => (int)sample[0]).Order();
        Assert.Equal(Enumerable.Range(0, total), features);
    }, iter: 200, threads: 1);

    [Fact]
    public void A_class_of_one_sample_is_trained_on_and_noted()
    {
        using var data = Load([1, 10, 1], 0.3, 1);
        Assert.Equal([1, 6, 1], ((ClassTargets)data.Train.Targets).CountSamples());
        Assert.Equal(["classes of one sample, which is trained on and not tested: c0, c2"], data.Notes);
        using var even = Load([5, 5], 0.3, 1);
        Assert.Empty(even.Notes);
    }

    [Fact]
    public void Without_two_samples_of_any_class_nothing_can_be_divided()
    {
        var error = Assert.Throws<InvalidInputException>(() => Load([1, 1, 1], 0.4, 1));
        Assert.Equal($"{Path.Combine(Folder.Root, "train")}: no class has two samples to divide; expected more, or a test file "
            + "(if the label is a quantity, use --loss mean-squared-error)", error.Message);
    }

    [Fact]
    public void Validation_samples_are_a_share_of_what_is_trained_on_and_leave_the_test_samples_as_they_are()
    {
        var table = Folder.Write("train", string.Concat(Enumerable.Range(0, 100).Select(sample => $"{sample},c{sample % 4}\n")));
        var options = new DataOptions { Train = table, Header = TableHeader.No, Standardize = StandardizationMode.None };
        using var without = DataSource.Load(options);
        using var with = DataSource.Load(options with { ValidationShare = 0.25 });
        Assert.Null(without.Validation);
        Assert.Same(without.Test, without.Evaluated);
        Assert.Same(with.Validation, with.Evaluated);
        Assert.Equal(Samples(without.Test), Samples(with.Test));
        Assert.Equal(Enumerable.Repeat(5, 4), ((ClassTargets)with.Validation!.Targets).CountSamples());
        Assert.Equal(Enumerable.Repeat(15, 4), ((ClassTargets)with.Train.Targets).CountSamples());
        var parts = Samples(with.Train).Concat(Samples(with.Validation)).Concat(Samples(with.Test)).Select(sample => (int)sample[0]);
        Assert.Equal(Enumerable.Range(0, 100), parts.Order());
        // Mean and deviation are those of what is trained on.
        using var standardised = DataSource.Load(options with { ValidationShare = 0.25, Standardize = StandardizationMode.Full });
        Assert.Equal(0, Samples(standardised.Train).Average(sample => sample[0]), 1e-5);
        Assert.Equal(standardised.Train.Standardization, standardised.Validation!.Standardization);
    }

    [Fact]
    public void Validation_samples_may_be_a_file()
    {
        var options = new DataOptions
        {
            Train = Folder.Write("t", "1 1:1\n2 2:1\n1 1:2\n2 2:3\n1 1:1\n"), Validation = Folder.Write("v", "1 1:1\n2 4:1\n"),
            Format = DataFormat.Libsvm,
        };
        using var data = DataSource.Load(options);
        Assert.Equal((4, 2, 4), (data.Train.FeatureCount, data.Validation!.SampleCount, data.Train.SampleCount));
        var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(options with { ValidationShare = 2, Validation = null }));
        Assert.Equal("validation 2: expected a fraction between 0 and 1, or a file", error.Message);
    }

    private DataPair Load(int[] counts, double share, ulong seed)
    {
        var index = 0;
        var lines = counts.SelectMany((count, label) => Enumerable.Range(0, count).Select(_ => $"{index++},c{label}\n"));
        return DataSource.Load(new()
        {
            Train = Folder.Write("train", string.Concat(lines)), HoldOut = share, Seed = seed, Standardize = StandardizationMode.None,
            Header = TableHeader.No,
        });
    }
}
