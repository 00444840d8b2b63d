using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Concat;
using ActorSparse.Model.Operators.Pointwise;
using ActorSparse.Model.Operators.TokenMix;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class TokenMixTests : OperatorContract
{
    private static readonly TensorShape s_shape = new(2, 3, 4);

    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new(MixAxis.Rows), s_shape),
        Case(new(MixAxis.Columns), s_shape),
        Case(new(MixAxis.Rows) { Bias = false }, new(3, 1, 5)),
        Case(new(MixAxis.Columns) { Bias = false }, new(1, 5, 2)),
    ];

    [Fact]
    public void The_fuse_passes_a_branch_on()
    {
        var input = Evaluation.Numbers(s_shape.Count, 1);
        var (rows, columns) = (Evaluation.Identity(4), Evaluation.Identity(3));
        for (var branch = 0; branch < 3; branch++)
            Assert.Equal(input, Block(input, rows, columns, Evaluation.Identity(2, 3, branch)));
        var means = Block(input, [.. Enumerable.Repeat(0.25f, 16)], columns, Evaluation.Identity(2, 3, 1));
        for (var index = 0; index < means.Length; index++)
            Assert.Equal(input.AsSpan(index / 4 * 4, 4).ToArray().Average(), means[index], 1e-6f);
    }

    [Fact]
    public void Orders_of_rows_columns_and_channels_do_not_matter_where_they_are_not_mixed()
    {
        var input = Evaluation.Numbers(s_shape.Count, 2);
        int[] rowOrder = [2, 0, 1], columnOrder = [3, 1, 0, 2];
        float[] Reordered(float[] x, int[]? rows, int[]? columns, bool swapsChannels) => [.. Enumerable.Range(0, x.Length).Select(index =>
        {
            var (channel, row, column) = (index / 12, index / 4 % 3, index % 4);
            return x[((swapsChannels ? 1 - channel : channel) * 3 + (rows?[row] ?? row)) * 4 + (columns?[column] ?? column)];
        })];
        void Commute(MixAxis axis, Func<float[], float[]> reorder) => Assert.Equal(reorder(Mix(axis, input)), Mix(axis, reorder(input)));
        Commute(MixAxis.Rows, x => Reordered(x, rowOrder, null, false));
        Commute(MixAxis.Columns, x => Reordered(x, null, columnOrder, false));
        Commute(MixAxis.Rows, x => Reordered(x, null, null, true));
        Commute(MixAxis.Columns, x => Reordered(x, null, null, true));
    }

    [Fact]
    public void An_impulse_reaches_its_cross_and_then_everything()
    {
        var impulse = new float[s_shape.Count];
        impulse[4 + 2] = 1;
        float[] rows = Evaluation.Numbers(16, 4), columns = Evaluation.Numbers(9, 5), fuse = [1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1];
        var once = Block(impulse, rows, columns, fuse);
        for (var index = 0; index < once.Length; index++)
            Assert.Equal(index < 12 && (index / 4 == 1 || index % 4 == 2), once[index] != 0);
        var twice = Block(once, rows, columns, fuse);
        for (var index = 0; index < twice.Length; index++) Assert.Equal(index < 12, twice[index] != 0);
    }

    [Fact]
    public void Costs_are_those_of_the_papers_block()
    {
        TensorShape shape = new(80, 56, 56);
        OperatorSpec[] specs = [new TokenMixSpec(MixAxis.Rows), new TokenMixSpec(MixAxis.Columns)];
        Assert.Equal(6_384, specs.Sum(spec => spec.Blocks("mix", [shape]).Sum(block => block.Rows * block.Columns)));
        var fuse = new PointwiseSpec(80) { Bias = false };
        Assert.Equal(19_200, fuse.Blocks("fuse", [new(240, 56, 56)]).Sum(block => block.Rows * block.Columns));
        Assert.Equal(56L * 56 * 80 * (56 + 56), specs.Sum(spec => spec.MultiplyAdds([shape], [56 * 56])));
        Assert.Equal(3L * 56 * 56 * 80 * 80, fuse.MultiplyAdds([new(240, 56, 56)], [19_200]));
    }

    private static float[] Mix(MixAxis axis, float[] input)
    {
        var side = axis == MixAxis.Rows ? 4 : 3;
        return Evaluation.Of(
            new TokenMixSpec(axis), [s_shape], [input], [Evaluation.Numbers(side * side, 7)], [Evaluation.Numbers(side, 8)]);
    }

    // Identity, rows and columns side by side, and a pointwise map of all three.
    private static float[] Block(float[] input, float[] rows, float[] columns, float[] fuse)
    {
        var horizontal = Evaluation.Of(new TokenMixSpec(MixAxis.Rows), [s_shape], [input], [rows], [new float[4]]);
        var vertical = Evaluation.Of(new TokenMixSpec(MixAxis.Columns), [s_shape], [input], [columns], [new float[3]]);
        var all = Evaluation.Of(new ConcatSpec(), [s_shape, s_shape, s_shape], [input, horizontal, vertical]);
        return Evaluation.Of(new PointwiseSpec(2) { Bias = false }, [s_shape with { Channels = 6 }], [all], [fuse]);
    }

    // The explicit matrix: I (x) I (x) M along rows, I (x) M (x) I along columns.
    private static OperatorCase Case(TokenMixSpec spec, TensorShape shape) => new(spec, [shape], data => data.PerSample(x =>
    {
        var isRows = spec.Axis == MixAxis.Rows;
        var (channels, rows) = (Identity(shape.Channels), isRows ? Identity(shape.Height) : data.Sparse[0]);
        var matrix = Kronecker(channels, Kronecker(rows, isRows ? data.Sparse[0] : Identity(shape.Width)));
        var y = new double[x.Length];
        for (var row = 0; row < y.Length; row++)
        {
            y[row] = spec.Bias ? data.Dense[0][isRows ? row % shape.Width : row / shape.Width % shape.Height] : 0;
            for (var column = 0; column < x.Length; column++) y[row] += matrix[row * x.Length + column] * x[column];
        }
        return y;
    }));

    private static double[] Identity(int size)
    {
        var matrix = new double[size * size];
        for (var index = 0; index < size; index++) matrix[index * size + index] = 1;
        return matrix;
    }

    private static double[] Kronecker(double[] left, double[] right)
    {
        int outer = (int)Math.Sqrt(left.Length), inner = (int)Math.Sqrt(right.Length), size = outer * inner;
        var product = new double[size * size];
        for (var row = 0; row < size; row++)
            for (var column = 0; column < size; column++)
                product[row * size + column] =
                    left[row / inner * outer + column / inner] * right[row % inner * inner + column % inner];
        return product;
    }
}
