using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

/// <summary>Columns left out, missing values and categories of tables.</summary>
public sealed class TableFeatureTests : ReaderTest
{
    private const string Colours = "colour,x,class\nred,1,a\ngreen,2,b\nred,3,a\nblue,4,b\n";

    private static readonly DataOptions s_mean = new() { Missing = MissingValueMode.Mean };

    [Theory]
    [InlineData("id,x,y,class\nr0,1,2,a\nr1,3,4,b\n", "id", null)]
    [InlineData("id,x,y,class\nr0,1,2,a\nr1,3,4,b\n", "1", null)]
    [InlineData("x,note,y,class,when\n1,?,2,a,2026-01-01\n3,,4,b,?\n", "note,when", null)]
    [InlineData("r0,1,2,a\nr1,3,4,b\n", "1", null)]
    [InlineData("id,x,y,class\nr0,1,2,a\nr1,3,4,b\n", null, "x,y")]
    [InlineData("id,y,x,class\nr0,2,1,a\nr1,4,3,b\n", null, "3,2", true)]
    public void Columns_can_be_left_out(string text, string? ignored, string? columns, bool isTurned = false)
    {
        var options = new DataOptions { IgnoredColumns = ignored?.Split(','), FeatureColumns = columns?.Split(',') };
        using var data = Load(text, options: options);
        Assert.Equal(isTurned ? [[2, 1], [4, 3]] : [[1, 2], [3, 4]], Samples(data.Train));
        Assert.Equal(["a", "b"], data.Train.ClassNames);
        using var later = Later("1,2\n", DataSchema.Of(data.Train), options);
        Assert.Equal([1, 2], Sample(later, 0));
    }

    [Fact]
    public void Columns_that_were_left_out_may_be_there_or_not()
    {
        var options = new DataOptions { IgnoredColumns = ["id"] };
        using var data = Load("id,x,y,class\nr0,1,2,a\nr1,3,4,b\n", options: options);
        foreach (var text in (string[])["y,x\n4,3\n", "y,id,x\n4,r9,3\n", "class,y,x,id\nb,4,3,\n"])
        {
            using var later = Later(text, DataSchema.Of(data.Train), options);
            Assert.Equal([3, 4], Sample(later, 0));
        }
    }

    [Theory]
    [InlineData(MissingValueMode.Mean, 4f)]
    [InlineData(MissingValueMode.Median, 2f)]
    public void Missing_values_become_what_the_training_samples_say(MissingValueMode mode, float expected)
    {
        var options = new DataOptions { Missing = mode };
        using var data = Load("x,y,class\n1,10,a\n,20,b\nNA,30,a\n2,?,b\n9,40,a\n", "x,y,class\nnull,7,a\n50,nan,b\n", options);
        Assert.Equal([1, expected, expected, 2, 9], Samples(data.Train).Select(sample => sample[0]));
        Assert.Equal([[expected, 7], [50, 25]], Samples(data.Test));
        using var later = Later("y,x\nN/A,5\n", DataSchema.Of(data.Train));
        Assert.Equal([5, 25], Sample(later, 0));
    }

    [Fact]
    public void The_held_out_samples_do_not_settle_what_missing_values_become()
    {
        var text = string.Concat(Enumerable.Range(0, 40).Select(row => row == 0 ? ",a\n" : $"{row * row},{(row % 2 == 0 ? "a" : "b")}\n"));
        using var data = DataSource.Load(s_mean with { Train = Folder.Write("train", text), Standardize = StandardizationMode.None });
        var column = Assert.Single(DataSchema.Of(data.Train).Table!.Columns);
        var train = Samples(data.Train).Select(sample => sample[0]).ToList();
        var given = train.Where(value => value != column.Fill).ToList();
        Assert.Equal(given.Average(), column.Fill!.Value, 1e-2);
    }

    [Fact]
    public void A_column_of_words_is_a_feature_for_each()
    {
        using var data = Load(Colours, "class,x,colour\nb,9,green\n");
        Assert.Equal([[0, 0, 1, 1], [0, 1, 0, 2], [0, 0, 1, 3], [1, 0, 0, 4]], Samples(data.Train));
        Assert.Equal([[0, 1, 0, 9]], Samples(data.Test));
        var schema = DataSchema.Of(data.Train);
        Assert.Equal(["blue", "green", "red"], schema.Table!.Columns[0].Levels);
        using var later = Later("x,colour\n5,blue\n", schema);
        Assert.Equal([1, 0, 0, 5], Sample(later, 0));
        using var place = Later("blue,5\n", schema, new() { Header = TableHeader.No });
        Assert.Equal([1, 0, 0, 5], Sample(place, 0));
    }

    [Fact]
    public void Numbers_are_categories_where_they_are_named_and_one_that_is_missing_is_none()
    {
        using var named = Load("zip,x,class\n10,1,a\n20,2,b\n10,3,a\n", options: new() { CategoryColumns = ["zip"] });
        Assert.Equal([[1, 0, 1], [0, 1, 2], [1, 0, 3]], Samples(named.Train));
        using var missing = Load("c,x,class\n?,1,a\nred,2,b\n,3,a\n", options: s_mean);
        Assert.Equal([[0, 1], [1, 2], [0, 3]], Samples(missing.Train));
        using var later = Later("c,x\nNA,?\n", DataSchema.Of(missing.Train));
        Assert.Equal([0, 2], Sample(later, 0));
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        Refused("{test}, line 2: field 1 is 'pink'; expected a category of the training data: blue, green, red", Colours,
            "colour,x,class\npink,1,a\n");
        Refused("{train}, line 2: field 1 is 'red'; expected a finite number", Colours, options: new() { HasCategories = false });
        Refused("{train}, line 3: field 1 is 'red'; expected a finite number", "c,x,class\n7,1,a\nred,2,b\n");
        Refused("{train}, line 2: field 1 is '2026-01-01'; expected a finite number", "c,x,class\n2026-01-01,1,a\n");
        Refused("{train}, line 2: field 2 is 'NA'; expected a finite number (--missing mean fills in what lacks)", "c,x,class\n1,NA,a\n");
        Refused("{train}: column 'x' has no value to train on; expected some (--ignore leaves it out)", "x,y,class\n?,1,a\n?,2,b\n", options: s_mean);
        Refused("{train}: column 'id' has 20 different texts in 20 rows; expected numbers or fewer categories "
            + "(--ignore leaves a column out, --categories insists)",
            "id,x,class\n" + string.Concat(Enumerable.Range(0, 20).Select(row => $"r{row},{row},{row % 2}\n")));
        Refused("{train}, line 1: no column is named 'ids'; expected a number from 1 to 3, or one of colour, x, class", Colours,
            options: new() { IgnoredColumns = ["ids"] });
        Refused("{train}, line 1: no column is left; expected features", Colours, options: new() { IgnoredColumns = ["x", "colour"] });
        Refused("columns to ignore and columns to take: expected one or the other", Colours,
            options: new() { IgnoredColumns = ["x"], FeatureColumns = ["x"] });
    }

    private Dataset Later(string text, DataSchema schema, DataOptions? options = null) =>
        DataSource.LoadTest((options ?? new()) with { Test = Folder.Write("later", text) }, schema);
}
