using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Operators.Pointwise;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class PointwiseTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new(4), new(5, 3, 2)),
        // Enough connections for slices to be copied.
        Case(new(12), new(5, 3, 2)) with { Density = 0.95 },
        Case(new(3) { Bias = false }, new(6, 1, 3)) with { Density = 0.9 },
    ];

    [Fact]
    public void On_one_position_it_is_the_linear_map_bit_for_bit()
    {
        // Rows without padding, which a map over positions sums like samples.
        const int Batch = 48;
        foreach (var kernels in SparseKernels.Available)
        {
            using var pointwise = new OperatorRun(new PointwiseSpec(4), [new(9)], 0.5, Batch, Batch, kernels.Name);
            using var linear = new OperatorRun(new LinearSpec(4), [new(9)], 0.5, Batch, Batch, kernels.Name);
            pointwise.Train();
            linear.Train();
            Assert.Equal(linear.Bits(), pointwise.Bits());
        }
    }

    [Fact]
    public void Every_position_costs_a_multiply_add_for_every_connection() =>
        Assert.Equal(10 * 12, new PointwiseSpec(4).MultiplyAdds([new(5, 3, 4)], [10]));

    private static OperatorCase Case(PointwiseSpec spec, TensorShape shape) => new(spec, [shape], data => data.PerSample(x =>
    {
        var y = new double[spec.Outputs * shape.Positions];
        for (var row = 0; row < spec.Outputs; row++)
        {
            for (var position = 0; position < shape.Positions; position++)
            {
                var z = spec.Bias ? data.Dense[0][row] : 0;
                for (var channel = 0; channel < shape.Channels; channel++)
                    z += data.Sparse[0][row * shape.Channels + channel] * x[channel * shape.Positions + position];
                y[row * shape.Positions + position] = z;
            }
        }
        return y;
    }));
}
