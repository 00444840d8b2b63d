using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Compute;
using ActorSparse.Model.Tests.Sparse;

namespace ActorSparse.Model.Tests.Parameters;

public class ParameterSetTests
{
    // Blocks that are not in turn sparse and dense, as those of a network are, and one that does not decay.
    private static readonly ParameterLayout s_layout = new([
        BlockLayout.Dense("first", 4), BlockLayout.Sparse("second", 2, 3), BlockLayout.Sparse("third", 2, 2),
        BlockLayout.Dense("fourth", 5) with { Decays = false }]);

    [Fact]
    public void Blocks_that_are_not_those_of_the_layout_are_refused()
    {
        using var wide = TestTopologies.FromRows(3, [0, 1], [2]);
        using var square = TestTopologies.FromRows(2, [0], [1]);
        using var high = TestTopologies.FromRows(2, [0], [1], [0]);
        new ParameterSet(s_layout, Blocks(wide, square)).Dispose();
        AssertRefused("3 blocks", [.. Blocks(wide, square)[..3]]);
        AssertRefused("5 blocks", [.. Blocks(wide, square), new DenseBlock(1)]);
        AssertRefused("'second'", Blocks(square, square));
        AssertRefused("'second'", Blocks(high, square));
        AssertRefused("'third'", Blocks(wide, wide));
        AssertRefused("'fourth'", [.. Blocks(wide, square)[..3], new DenseBlock(4)]);
        AssertRefused("'fourth'", [.. Blocks(wide, square)[..3], new SparseBlock(wide)]);
        AssertRefused("'second'", [new DenseBlock(4), new DenseBlock(2), new SparseBlock(square), new DenseBlock(5)]);
        Assert.Throws<ArgumentException>(() => ParameterSet.Zero(s_layout, [wide]));
        Assert.Throws<ArgumentException>(() => ParameterSet.Zero(s_layout, [wide, wide]));

        static ParameterBlock[] Blocks(Topology second, Topology third) =>
            [new DenseBlock(4), new SparseBlock(second), new SparseBlock(third), new DenseBlock(5)];

        static void AssertRefused(string what, ParameterBlock[] blocks)
        {
            var error = Assert.Throws<ArgumentException>(() => new ParameterSet(s_layout, blocks));
            Assert.Contains(what, error.Message, StringComparison.Ordinal);
            foreach (var block in blocks) block.Dispose();
        }
    }

    [Fact]
    public void Copied_values_bring_momentum_only_where_the_topology_is_another()
    {
        using var from = Filled(1);
        using var to = from.Clone();
        foreach (var block in from.Blocks) Fill(block, 2);
        using var change = Change(from.Sparse[1].Topology, 1, 2);
        from.Sparse[1].Apply(change);
        using var before = to.Clone();

        to.CopyValuesFrom(from);

        Assert.True(to.Sparse[1].Topology.IsSame(change.To));
        for (var index = 0; index < 4; index++)
        {
            AssertSame(from.Blocks[index].Values, to.Blocks[index].Values);
            var momentum = index == 2 ? from.Blocks[index] : before.Blocks[index];
            AssertSame(momentum.Velocities, to.Blocks[index].Velocities);
            AssertSame(momentum.SecondMoments!, to.Blocks[index].SecondMoments!);
        }
    }

    [Fact]
    public void A_clone_has_the_same_parameters_and_is_independent()
    {
        using var parameters = Filled(1);
        var (numbers, topologies) = (Numbers(parameters), TopologyIds(parameters));
        var clone = parameters.Clone();
        Assert.Equal(parameters.Layout, clone.Layout);
        Assert.Equal(numbers, Numbers(clone));
        Assert.Equal(topologies, TopologyIds(clone));
        foreach (var block in clone.Blocks) Fill(block, 2);
        using (var change = Change(clone.Sparse[1].Topology, 1, 2)) clone.Sparse[1].Apply(change);
        clone.Dispose();
        Assert.Equal(numbers, Numbers(parameters));
        Assert.Equal(topologies, TopologyIds(parameters));

        static float[] Numbers(ParameterSet set) => [.. set.Blocks.SelectMany(block =>
            (float[])[.. block.Values.Span, .. block.Velocities.Span, .. block.SecondMoments!.Span])];
        static ulong[] TopologyIds(ParameterSet set) => [.. set.Sparse.Select(block => block.Topology.Id)];
    }

    [Fact]
    public void Gradients_follow_the_layout_and_stay_in_its_order_when_a_topology_changes()
    {
        using var parameters = Filled(1);
        using var gradients = new GradientSet(parameters);
        AssertInOrder();
        using var change = Change(parameters.Sparse[1].Topology, 1, 2);
        parameters.Sparse[1].Apply(change);
        gradients.RetainValid(1, change);
        AssertInOrder();
        using var again = Change(parameters.Sparse[0].Topology, 2, 3);
        parameters.Sparse[0].Apply(again);
        gradients.FitTo(parameters);
        AssertInOrder();

        void AssertInOrder()
        {
            Assert.Equal(parameters.Blocks.Select(block => block.Values.Length), gradients.Blocks.Select(buffer => buffer.Length));
            Assert.Equal([gradients.Dense[0], gradients.Sparse[0], gradients.Sparse[1], gradients.Dense[1]], gradients.Blocks);
            Assert.True(gradients.IsAlignedWith(parameters));
        }
    }

    [Fact]
    public void Gradients_of_the_topology_before_are_told_apart_and_refused()
    {
        using var parameters = Filled(1);
        using var gradients = new GradientSet(parameters);
        Assert.True(gradients.IsAlignedWith(parameters));
        gradients.CheckAligned(parameters);
        using var change = Change(parameters.Sparse[1].Topology, 1, 2);
        parameters.Sparse[1].Apply(change);
        Assert.False(gradients.IsAlignedWith(parameters));
        Assert.Throws<InvalidOperationException>(() => gradients.CheckAligned(parameters));
        gradients.RetainValid(1, change);
        gradients.CheckAligned(parameters);
        using var other = ParameterSet.Zero(new([BlockLayout.Dense("first", 4)]), []);
        Assert.False(gradients.IsAlignedWith(other));
        Assert.Throws<ArgumentException>(() => gradients.FitTo(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_block_that_does_not_decay_keeps_its_values_where_there_is_no_gradient_and_others_shrink(bool isAdam)
    {
        const float Decay = 0.125f;
        using var parameters = Filled(1);
        parameters.ForgetMomentum();
        using var before = parameters.Clone();
        using var gradients = new GradientSet(parameters);
        using var compute = new NetworkCompute();
        if (isAdam) compute.Update(parameters, gradients, new AdamStep(0.1f, 0.9f, 0.99f, 1, 1e-8f, Decay, 1));
        else compute.Update(parameters, gradients, new SgdStep(0.1f, 0.9f, Decay, false, 1));
        for (var index = 0; index < 4; index++)
        {
            var decay = index == 3 ? 0 : Decay;
            for (var position = 0; position < before.Blocks[index].Values.Length; position++)
                Assert.Equal((1 - decay) * before.Blocks[index].Values[position], parameters.Blocks[index].Values[position], 1e-6);
        }
        AssertSame(before.Blocks[3].Values, parameters.Blocks[3].Values);
    }

    private static ParameterSet Filled(ulong seed)
    {
        using var second = TestTopologies.FromRows(3, [0, 1], [2]);
        using var third = TestTopologies.FromRows(2, [0], [1]);
        var parameters = ParameterSet.Zero(s_layout, [second, third]);
        parameters.EnsureSecondMoments();
        foreach (var block in parameters.Blocks) Fill(block, seed);
        return parameters;
    }

    private static void Fill(ParameterBlock block, ulong seed)
    {
        var random = new RandomSource(seed).Stream("block");
        foreach (var buffer in (NativeBuffer<float>[])[block.Values, block.Velocities, block.SecondMoments!])
            SparseSamples.Fill(buffer.Span, random, 1);
    }

    // The first connection goes, and others come.
    private static TopologyChange Change(Topology topology, params long[] grown)
    {
        using var removed = new NativeBuffer<byte>(topology.ConnectionCount);
        removed[0] = 1;
        return TopologyEdit.Build(topology, removed, grown, [.. grown.Select(_ => 0.5f)]);
    }

    private static void AssertSame(NativeBuffer<float> expected, NativeBuffer<float> actual) =>
        Assert.Equal(expected.Span.ToArray(), actual.Span.ToArray());
}
