using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class LinearTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        .. new[] { "identity", "relu", "leaky-relu:-0.6", "sigmoid", "tanh" }.Select(Case),
        Case(new LinearSpec(5) { Bias = false }, 7) with { Density = 0.2 },
    ];

    [Fact]
    public void It_takes_vectors_only()
    {
        var error = Assert.Throws<InvalidInputException>(() => new LinearSpec(5).OutputShape([new(3, 2, 2)]));
        Assert.Contains("3x2x2; expected a vector", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_acts_in_training_and_where_it_is_asked_for()
    {
        foreach (var (isOn, isTraining) in new[] { (true, true), (true, false), (false, true) })
        {
            using var run = new OperatorRun(new LinearSpec(40) { Dropout = isOn }, [new(7)], 1, 17, 40, "");
            run.Pass.Dropout = Dropout.At(0.5f, key: 3, layer: 1);
            run.Pass.IsTraining = isTraining;
            run.Operator.Forward(run.Pass);
            var zeros = OperatorRun.Samples(run.Output).Sum(sample => sample.Count(value => value == 0));
            Assert.InRange(zeros, isOn && isTraining ? 250 : 0, isOn && isTraining ? 430 : 0);
        }
    }

    [Fact]
    public void Blocks_are_weights_and_biases()
    {
        var blocks = new LinearSpec(5).Blocks("fc", [new(7)]);
        Assert.Equal(["fc", "fc.bias"], blocks.Select(block => block.Name));
        Assert.Equal((5, 7, true), (blocks[0].Rows, blocks[0].Columns, blocks[0].IsSparse));
        Assert.Single((new LinearSpec(5) { Bias = false }).Blocks("fc", [new(7)]));
        Assert.Equal(12, new LinearSpec(5).MultiplyAdds([new(7)], [12]));
    }

    private static OperatorCase Case(string activation) => Case(new LinearSpec(5) { Activation = Activation.Parse(activation) }, 7);

    private static OperatorCase Case(LinearSpec spec, int inputs) => new(spec, [new(inputs)], data => data.PerSample(x =>
    {
        var y = new double[spec.Outputs];
        for (var row = 0; row < y.Length; row++)
        {
            var z = spec.Bias ? data.Dense[0][row] : 0;
            for (var column = 0; column < inputs; column++) z += data.Sparse[0][row * inputs + column] * x[column];
            y[row] = spec.Activation.Kind switch
            {
                ActivationKind.Identity => z,
                ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-z)),
                ActivationKind.Tanh => Math.Tanh(z),
                _ => z > 0 ? z : spec.Activation.Slope * z,
            };
        }
        return y;
    }));
}
