using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Data;

public sealed class TargetsTests : ReaderTest
{
    private static readonly DataOptions s_real = new() { TargetKind = TargetKind.Real };
    private static readonly DataOptions s_sets = new() { TargetKind = TargetKind.LabelSets };

    [Theory]
    [InlineData("1,2,0.5\n3,4,-1e3\n", "target")]
    [InlineData("x,y,price\n1,2,0.5\n3,4,-1000\n", "price")]
    [InlineData("0,1,price\n1,2,0.5\n3,4,-1000\n", "price")]
    public void The_last_column_of_a_table_can_be_a_real_target(string text, string name)
    {
        using var data = Load(text, options: s_real);
        var targets = Assert.IsType<RealTargets>(data.Train.Targets);
        Assert.Equal([0.5f, -1000], targets.Values);
        Assert.Equal([name], targets.Names);
        Assert.Equal([[1, 2], [3, 4]], Samples(data.Train));
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("4", "1")]
    public void Targets_are_any_columns_in_any_order(params string[] columns)
    {
        using var data = Load("a,x,y,b\n1,10,20,2\n3,30,40,4\n5,6,7,8\n", options: s_real with { TargetColumns = columns });
        var targets = Assert.IsType<RealTargets>(data.Train.Targets);
        Assert.Equal([2, 1, 4, 3, 8, 5], targets.Values);
        Assert.Equal(["b", "a"], targets.Names);
        Assert.Equal([[10, 20], [30, 40], [6, 7]], Samples(data.Train));
    }

    [Fact]
    public void A_column_by_its_name_can_be_the_class_and_columns_of_0_and_1_are_labels()
    {
        using var classes = Load("x,class,y\n0,a,1\n2,b,3\n", options: new() { TargetColumns = ["class"] });
        Assert.Equal(["a", "b"], classes.Train.ClassNames);
        Assert.Equal([[0, 1], [2, 3]], Samples(classes.Train));
        using var sets = Load("x,red,y,blue\n5,1,6,0\n7,1,8,1\n9,0,9,0\n", options: s_sets with { TargetColumns = ["red", "blue"] });
        var targets = Assert.IsType<LabelSets>(sets.Train.Targets);
        Assert.Equal([[0], [0, 1], []], Enumerable.Range(0, 3).Select(sample => targets.Of(sample).ToArray()));
        Assert.Equal(["red", "blue"], targets.Names);
        Assert.Equal([2, 1], targets.CountSamples());
    }

    [Fact]
    public void LIBSVM_files_have_numbers_or_lists_of_labels_in_front()
    {
        using var real = Load("0.25 1:1\n-7 2:1\n", options: s_real);
        Assert.Equal([0.25f, -7], Assert.IsType<RealTargets>(real.Train.Targets).Values);
        using var sets = Load("10,3 1:0.5 2:1\n3 1:1\n 1:2 2:1\n", options: s_sets);
        var targets = Assert.IsType<LabelSets>(sets.Train.Targets);
        Assert.Equal(["3", "10"], targets.Names);
        Assert.Equal([[1, 0], [0], []], Enumerable.Range(0, 3).Select(sample => targets.Of(sample).ToArray()));
        using var unlabelled = DataSource.LoadTest(
            new() { Test = Folder.Write("new", "1:0.5 2:1\n9 1:1\n"), Label = LabelColumn.None }, DataSchema.Of(sets.Train));
        Assert.Equal((2, false), (unlabelled.SampleCount, unlabelled.IsLabelled));
    }

    [Fact]
    public void Targets_in_a_file_of_their_own_are_real_too()
    {
        var apart = s_real with { TrainLabels = Folder.Write("l", "1.5\n2\n3\n"), TestLabels = Folder.Write("m", "4\n5\n6\n") };
        using var data = Load("1,2\n3,4\n5,7\n", options: apart);
        Assert.Equal([1.5f, 2, 3], Assert.IsType<RealTargets>(data.Train.Targets).Values);
    }

    [Fact]
    public void Real_targets_are_standardised_by_the_training_set_and_a_constant_one_is_left_in_place()
    {
        using var data = Load("1,2,7\n3,6,7\n", "5,8,9\n", s_real with { TargetColumns = ["2", "3"] });
        var (train, test) = ((RealTargets)data.Train.Targets, (RealTargets)data.Test.Targets);
        Assert.Equal([4, 7], train.Standardization!.Means);
        Assert.Equal([2, 1], train.Standardization.Deviations);
        Assert.Equal([-1, 1, 0, 0], train.Gather([0, 1], new()).Values);
        Assert.Equal([2, 2], test.Gather([0], new()).Values);
        Assert.Equal(8, test.Standardization!.Restore(0, 2));
        Assert.Same(train.Standardization, ((RealTargets)train.Select([1])).Standardization);
        Assert.Equal([1, 0], train.Select([1]).Gather([0], new()).Values);
    }

    [Fact]
    public void A_schema_reads_other_files_as_the_training_file_was_and_tables_without_the_targets()
    {
        var options = s_real with { TargetColumns = ["b"] };
        using var data = Load("a,b,c\n1,2,3\n4,6,6\n", options: options);
        var schema = DataSchema.Of(data.Train);
        Assert.Equal((TargetKind.Real, 0, "b"), (schema.TargetKind, schema.ClassCount, Assert.Single(schema.TargetNames!)));
        Dataset Test(string text) => DataSource.LoadTest(options with { Test = Folder.Write("more", text) }, schema);
        using var with = Test("b,a,c\n5,1,3\n");
        Assert.Equal([5], ((RealTargets)with.Targets).Values);
        Assert.Same(schema.TargetStandardization, ((RealTargets)with.Targets).Standardization);
        foreach (var text in (string[])["a,c\n1,3\n", "1,3\n"])
        {
            using var without = Test(text);
            Assert.False(without.IsLabelled);
            Assert.Equal(Sample(with, 0), Sample(without, 0));
        }
        var refused = Assert.Throws<InvalidInputException>(() => Test("1,2,3\n")).Message;
        Assert.Contains("no column is named 'b'", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_depends_on_targets_and_their_standardisation()
    {
        string Hash(Targets targets)
        {
            using var data = new DenseDataset("d", new NativeBuffer<float>(2), 1, targets);
            return data.ContentHash;
        }
        var standardised = new RealTargets([1, 2], 1);
        standardised.Standardize(new([1], [2]));
        Targets[] all =
        [
            new ClassTargets([0, 1], 2), new RealTargets([0, 1], 1), new RealTargets([1, 2], 1), standardised,
            new LabelSets([0, 1, 1], [0], 1), new LabelSets([0, 0, 1], [0], 1), new LabelSets([0, 1, 1], [0], 1) { Names = ["a"] },
        ];
        Assert.Equal(all.Length, all.Select(Hash).Distinct().Count());
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        Refused("{train}, line 3: field 3, the target 'price', is 'abc'; expected a finite number "
            + "(for classes give --output-activation softmax)", "x,y,price\n1,2,3\n1,2,abc\n", options: s_real);
        Refused("{train}, line 2: field 2, the label 'target', is '0.5'; expected 0 or 1", "1,1\n2,0.5\n", options: s_sets);
        Refused("{train}, line 1: no column is named 'cost'; expected a number from 1 to 3, or one of x, y, price",
            "x,y,price\n1,2,3\n", options: s_real with { TargetColumns = ["cost"] });
        Refused("{train}, line 1: has 3 columns; expected one from 1 to 3, not 4",
            "1,2,3\n", options: s_real with { TargetColumns = ["4"] });
        Refused("{train}, line 1: column 2 is given twice; expected each target once",
            "x,y,z\n1,2,3\n", options: s_real with { TargetColumns = ["y", "2"] });
        Refused("{train}, line 1: all columns are targets; expected features", "1,2\n", options: s_real with { TargetColumns = ["1", "2"] });
        Refused("{train}, line 2: the target is 'x'; expected a finite number", "1 1:1\nx 1:1\n", options: s_real);
        Refused("{train}, line 2: has an empty label; expected labels with a comma between each two", "1 1:1\n1, 1:1\n", options: s_sets);
        Refused("{train}: no sample has a label; expected some", " 1:1 2:1\n 1:2 2:1\n", options: s_sets);
        Refused("{test}, line 1: label '4'; expected a label of the training data: 1, 2", "1,2 1:1\n", "4 1:1\n", s_sets);
        Refused("{train}: --label and --targets name columns of tables; expected a table",
            "1 1:1\n", options: s_real with { TargetColumns = ["a"] });
        Refused("targets a,b: expected one for classes (several need --loss mean-squared-error or --loss binary-cross-entropy)",
            "1,2,3\n", options: new() { TargetColumns = ["a", "b"] });
    }
}
