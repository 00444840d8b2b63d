using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

public sealed class DataSourceTests : ReaderTest
{
    private static readonly string s_table = string.Concat(Enumerable.Range(0, 50).Select(index =>
        $"{index},{index * index},{(index % 2 == 0 ? "even" : "odd")}\n"));

    [Fact]
    public void The_test_set_is_standardised_with_the_training_sets_moments()
    {
        var train = Folder.Write("train", "0,a\n2,b\n");
        var test = Folder.Write("test", "5,a\n");
        using var data = DataSource.Load(new() { Train = train, Test = test });
        Assert.Equal([[-1], [1]], Samples(data.Train));
        Assert.Equal([[4]], Samples(data.Test));
    }

    [Fact]
    public void Without_a_test_file_a_fraction_is_held_out()
    {
        var options = new DataOptions { Train = Folder.Write("train", s_table), HoldOut = 0.3, Standardize = StandardizationMode.None };
        using DataPair data = DataSource.Load(options), same = DataSource.Load(options), other = DataSource.Load(options with { Seed = 2 });
        Assert.Equal((35, 15), (data.Train.SampleCount, data.Test.SampleCount));
        var all = Samples(data.Train).Concat(Samples(data.Test)).Select(sample => (int)sample[0]).Order();
        Assert.Equal(Enumerable.Range(0, 50), all);
        Assert.All(Enumerable.Range(0, 35), index => Assert.Equal((int)Sample(data.Train, index)[0] % 2, data.Train.Labels[index]));
        Assert.Equal(data.Test.ContentHash, same.Test.ContentHash);
        Assert.NotEqual(data.Test.ContentHash, other.Test.ContentHash);
    }

    [Fact]
    public void A_trained_networks_schema_gives_other_data_the_same_meaning()
    {
        using var data = DataSource.Load(new() { Train = Folder.Write("train", "0,b\n2,a\n4,c\n"), Test = Folder.Write("test", "0,a\n") });
        var schema = DataSchema.Of(data.Train);
        using var later = DataSource.LoadTest(new() { Test = Folder.Write("later", "2,c\n4,a\n") }, schema);
        Assert.Equal([2, 0], later.Labels);
        Assert.Equal(0, Sample(later, 0)[0]);
        using var unlabelled = DataSource.LoadTest(new() { Test = Folder.Write("unlabelled", "2\n4\n"), Label = LabelColumn.None }, schema);
        Assert.False(unlabelled.IsLabelled);
        Assert.Equal(2, unlabelled.SampleCount);
        Assert.Equal(3, unlabelled.ClassCount);
        var wider = Folder.Write("wider", "1,2,a\n");
        Assert.Equal($"{wider}: has 2 features; expected 1, as the network has",
            Assert.Throws<InvalidInputException>(() => DataSource.LoadTest(new() { Test = wider }, schema)).Message);
    }

    [Fact]
    public void A_schema_remembers_the_base_of_sparse_files()
    {
        using var data = Load("1 0:1 3:2\n2 1:1\n", "1 0:1\n");
        using var later = DataSource.LoadTest(new() { Test = Folder.Write("later", "1 1:7\n") }, DataSchema.Of(data.Train));
        Assert.Equal([0, 7, 0, 0], Sample(later, 0));
        var high = Folder.Write("high", "1 4:7\n");
        Assert.Equal($"{high}: has a feature 4; expected 3 at most (4 features, as the network has)",
            Assert.Throws<InvalidInputException>(() => DataSource.LoadTest(new() { Test = high }, DataSchema.Of(data.Train))).Message);
    }

    [Fact]
    public void A_named_sets_classes_are_understood_as_numbers_in_other_formats()
    {
        var schema = new DataSchema { FeatureCount = 1, ClassCount = 3, ClassNames = ["shirt", "bag", "coat"] };
        using var test = DataSource.LoadTest(new() { Test = Folder.Write("test", "5,2\n5,0\n") }, schema);
        Assert.Equal([2, 0], test.Labels);
        using var named = DataSource.LoadTest(new() { Test = Folder.Write("test", "5,bag\n5,coat\n") }, schema);
        Assert.Equal([1, 2], named.Labels);
    }

    [Fact]
    public void The_labels_of_IDX_files_are_found_beside_them()
    {
        var train = Folder.Write("train-images-idx3-ubyte", IdxBytes.Images(4, 1, 1, [3, 4, 5, 6]));
        Folder.Write("train-labels-idx1-ubyte.gz", TemporaryFolder.Gzip(IdxBytes.Labels(0, 1, 0, 1)));
        using (var data = DataSource.Load(new() { Train = train, HoldOut = 0.5 })) Assert.Equal(2, data.Test.SampleCount);
        File.Delete(Path.Combine(Folder.Root, "train-labels-idx1-ubyte.gz"));
        Assert.Equal($"{train}: the file with its labels is not known; expected it as an option, or at train-labels-idx1-ubyte beside",
            Assert.Throws<InvalidInputException>(() => DataSource.Load(new() { Train = train })).Message);
    }

    [Fact]
    public void Compressed_text_is_read_like_text()
    {
        var path = Folder.Write("train.csv.gz", TemporaryFolder.Gzip(System.Text.Encoding.UTF8.GetBytes(s_table)));
        using var data = DataSource.Load(new() { Train = path });
        Assert.Equal(50, data.Train.SampleCount + data.Test.SampleCount);
    }

    [Fact]
    public void A_description_that_makes_no_sense_is_refused()
    {
        var train = Folder.Write("train", s_table);
        foreach (var (options, message) in new (DataOptions, string)[]
                 {
                     (new(), "no data: expected a name (fashion-mnist, cifar-10, madelon, planted) or a training file"),
                     (new() { Name = "mnist" }, "data set 'mnist': expected one of fashion-mnist, cifar-10, madelon, planted"),
                     (new() { Name = "madelon", Train = train }, $"data set 'madelon' and file {train}: expected one or the other"),
                     (new() { Train = train, HoldOut = 0 }, "hold-out 0: expected a fraction between 0 and 1"),
                     (new() { Train = train, HoldOut = double.NaN }, "hold-out NaN: expected a fraction between 0 and 1"),
                     (new() { Train = train, IndexBase = 2 }, "LIBSVM base 2: expected 0 or 1"),
                     (new() { Train = train, FeatureCount = 0 }, "feature count 0: expected 1 or more"),
                     (new() { Name = "madelon", ClassCount = 3 }, "madelon train: has 2 classes; expected 3, as was given"),
                     (new() { Name = "planted", FeatureCount = 3 }, "planted train: has 1000 features; expected 3, as was given"),
                     (new() { Train = train, ClassCount = 1 }, "class count 1: expected 2 to 1048576"),
                     (new() { Train = train, Label = LabelColumn.None }, $"{train}: label none; expected labels in the data to train on"),
                     (new() { Name = "fashion-mnist", DataFolder = train + "x" },
                         $"{train}x: no such folder; expected the folder of the data set's files"),
                     (new() { Train = Folder.Write("one", "1,a\n"), HoldOut = 0.5 },
                         $"{Folder.Root}/one: 1 samples cannot be divided; expected more, or a test file"),
                 })
            Assert.Equal(message, Assert.Throws<InvalidInputException>(() => DataSource.Load(options)).Message);
        var schema = new DataSchema { FeatureCount = 2, ClassCount = 2 };
        var error = Assert.Throws<InvalidInputException>(() => DataSource.LoadTest(new() { Train = train }, schema));
        Assert.StartsWith("no data: ", error.Message, StringComparison.Ordinal);
    }
}
