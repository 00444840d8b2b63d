using ActorSparse.Model.Data;

namespace ActorSparse.Model.Tests.Data;

/// <summary>What a table was in training, another one is by the names of its columns.</summary>
public sealed class TableLayoutTests : ReaderTest
{
    private const string Train = "x,y,z,class\n1,20,300,a\n4,50,600,b\n";

    [Theory]
    [InlineData("z,y,x,class\n9,8,7,b\n")]
    [InlineData("class,z,x,y\nb,9,7,8\n")]
    [InlineData("\"y\" , z,class,x\n8,9,b,7\n")]
    [InlineData("x,y,z,class\n7,8,9,b\n")]
    [InlineData("7,8,9,b\n")]
    [InlineData("z,y,x\n9,8,7\n", false)]
    [InlineData("7,8,9\n", false)]
    public void Columns_are_found_by_their_names_and_without_a_header_by_their_places(string text, bool hasTargets = true)
    {
        using var data = Load(Train, hasTargets ? text : null);
        if (hasTargets) Assert.Equal([7, 8, 9], Sample(data.Test, 0));
        using var later = Later(text, DataSchema.Of(data.Train));
        Assert.Equal([7, 8, 9], Sample(later, 0));
        Assert.Equal(hasTargets, later.IsLabelled);
        Assert.Equal(hasTargets ? 1 : 0, later.Labels[0]);
    }

    [Fact]
    public void Without_labels_the_column_of_the_label_is_passed_over_and_another_can_be_named()
    {
        using var data = Load(Train);
        var schema = DataSchema.Of(data.Train);
        using var none = Later("class,z,y,x\n?,9,8,7\n", schema, new() { Label = LabelColumn.None });
        Assert.Equal([7, 8, 9], Sample(none, 0));
        Assert.False(none.IsLabelled);
        using var other = Later("kind,z,y,x\nb,9,8,7\n", schema, new() { TargetColumns = ["kind"] });
        Assert.Equal([7, 8, 9], Sample(other, 0));
        Assert.Equal([1], other.Labels);
    }

    [Fact]
    public void Several_targets_are_found_by_their_names_too()
    {
        var options = new DataOptions { TargetKind = TargetKind.Real, TargetColumns = ["4", "2"] };
        using var data = Load("a,b,c,d\n1,2,3,4\n5,6,7,9\n", options: options);
        var schema = DataSchema.Of(data.Train);
        using var later = Later("d,c,b,a\n40,30,20,10\n", schema, options);
        Assert.Equal([40, 20], ((RealTargets)later.Targets).Values);
        Assert.Equal([10, 30], Sample(later, 0));
        AssertRefused("line 1: the header lacks 'b'; expected all targets or none", "d,c,a\n40,30,10\n", schema, options);
    }

    [Fact]
    public void Columns_of_one_name_keep_their_order()
    {
        using var data = Load("x,x,y,class\n1,2,3,a\n4,5,6,b\n", "y,class,x,x\n9,a,7,8\n");
        Assert.Equal([7, 8, 9], Sample(data.Test, 0));
    }

    [Fact]
    public void Labels_apart_leave_all_columns_to_the_features()
    {
        var labels = Folder.Write("l", "a\nb\n");
        using var data = Load("x,y\n1,2\n3,4\n", "y,x\n8,7\n6,5\n", new() { TrainLabels = labels, TestLabels = labels });
        Assert.Equal([[7, 8], [5, 6]], Samples(data.Test));
        using var within = Later("kind,y,x\nb,8,7\n", DataSchema.Of(data.Train));
        Assert.Equal([7, 8], Sample(within, 0));
        Assert.Equal([1], within.Labels);
    }

    [Fact]
    public void Other_columns_are_refused()
    {
        const string Expected = "; expected the columns of the training data: 'x', 'y', 'z', 'class'";
        Refused("{test}, line 1: the header lacks 'z' and has 'w', which the training data do not have" + Expected, Train,
            "y,x,w,class\n1,2,3,a\n");
        Refused("{test}, line 1: the header lacks 'z'" + Expected, Train, "y,x,class\n1,2,a\n");
        Refused("{test}, line 1: the header has 'id', which the training data do not have" + Expected, Train, "id,x,y,z,class\n0,1,2,3,a\n");
        Refused("{test}, line 1: the header lacks 'x', 'y', 'z' and has 'p', 'q', 'r', which the training data do not have" + Expected, Train,
            "p,q,r,class\n1,2,3,a\n");
    }

    private Dataset Later(string text, DataSchema schema, DataOptions? options = null) =>
        DataSource.LoadTest((options ?? new()) with { Test = Folder.Write("later", text) }, schema);

    private void AssertRefused(string message, string text, DataSchema schema, DataOptions options)
    {
        var error = Assert.Throws<InvalidInputException>(() => Later(text, schema, options));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
    }
}
