using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Tests.Parameters;

public class ParameterLayoutTests
{
    [Fact]
    public void Two_blocks_of_one_name_are_refused_by_name()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new ParameterLayout([BlockLayout.Sparse("a", 2, 3), BlockLayout.Dense("b", 2), BlockLayout.Dense("a", 2)]));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layouts_are_equal_if_all_blocks_are_in_one_order()
    {
        BlockLayout[] blocks = [BlockLayout.Sparse("a", 2, 3), BlockLayout.Dense("b", 2)];
        var layout = new ParameterLayout(blocks);
        var same = new ParameterLayout([BlockLayout.Sparse("a", 2, 3), BlockLayout.Dense("b", 2)]);
        Assert.Equal(layout, same);
        Assert.Equal(layout.GetHashCode(), same.GetHashCode());
        Assert.All((BlockLayout[][])
        [
            [], [blocks[0]], [blocks[1], blocks[0]], [.. blocks, BlockLayout.Dense("c", 2)],
            [blocks[0], BlockLayout.Dense("c", 2)], [blocks[0], BlockLayout.Dense("b", 3)],
            [BlockLayout.Sparse("a", 3, 2), blocks[1]], [blocks[0], BlockLayout.Sparse("b", 2, 1)],
            [blocks[0], blocks[1] with { Decays = false }],
        ], other => Assert.NotEqual(layout, new ParameterLayout(other)));
        Assert.False(layout.Equals(null));
    }

    [Fact]
    public void Sparse_and_dense_blocks_keep_their_order()
    {
        var layout = new ParameterLayout([
            BlockLayout.Dense("a", 4), BlockLayout.Sparse("b", 2, 3), BlockLayout.Sparse("c", 5, 2), BlockLayout.Dense("d", 1)]);
        Assert.Equal(["a", "b", "c", "d"], layout.Blocks.Select(block => block.Name));
        Assert.Equal(["b", "c"], layout.Sparse.Select(block => block.Name));
        Assert.Equal(["a", "d"], layout.Dense.Select(block => block.Name));
        Assert.Equal(16, layout.PossibleConnections);
    }

    [Fact]
    public void A_network_has_weights_and_biases_of_every_layer_that_messages_call_by_its_number()
    {
        var layout = new NetworkSpec { LayerSizes = [4, 3, 2] }.Layout();
        Assert.Equal(
            [("layers.1", 3, 4), ("layers.1.bias", 3, 1), ("layers.2", 2, 3), ("layers.2.bias", 2, 1)],
            layout.Blocks.Select(block => (block.Name, block.Rows, block.Columns)));
        Assert.Equal([true, false, true, false], layout.Blocks.Select(block => block.IsSparse));
        Assert.Equal(
            ["layer 1 (4-3)", "layer 1 (4-3)", "layer 2 (3-2)", "layer 2 (3-2)"], layout.Blocks.Select(block => block.Title));
        Assert.All(layout.Blocks, block => Assert.True(block.Decays));
    }
}
