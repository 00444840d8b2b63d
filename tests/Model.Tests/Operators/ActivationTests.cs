using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Tests.Operators.Support;
using MathNet.Numerics;

namespace ActorSparse.Model.Tests.Operators;

public sealed class ActivationTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases => Enum.GetValues<ElementFunction>().Select(function =>
    {
        var slope = function == ElementFunction.LeakyRelu ? 0.1f : 0;
        return new OperatorCase(new ActivationSpec(function, slope), [new(3, 2, 3)],
            data => data.PerSample(x => [.. x.Select(value => Evaluate(function, slope, value))]));
    });

    public static TheoryData<string> Variants() => [.. SparseKernels.Available.Select(kernels => kernels.Name)];

    // What VectorMath says of itself, with the roundings of the last product.
    [Theory, MemberData(nameof(Variants))]
    public void Gelu_and_its_derivative_are_as_exact_as_they_say(string kernels)
    {
        const int Count = 40_000;
        using var run = new OperatorRun(new ActivationSpec(ElementFunction.Gelu), [new(Count)], 1, 1, 1, kernels, isFilled: false);
        for (var index = 0; index < Count; index++)
        {
            run.Inputs[0].Row(index)[0] = -14 + 28f * index / Count;
            run.Delta.Row(index)[0] = 1;
        }
        run.Train();
        for (var index = 0; index < Count; index++)
        {
            double x = run.Inputs[0].Row(index)[0], distribution = SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2;
            var value = run.Output.Row(index)[0];
            Assert.True(Math.Abs(value - x * distribution) <= 2.5e-7 * Math.Max(1, Math.Abs(x)), $"gelu({x}) is {value}");
            var tailBound = (1e-6 + 3e-7 * x * x) * Math.Abs(x * distribution) + 1e-37;
            if (x < 0) Assert.True(Math.Abs(value - x * distribution) <= tailBound, $"gelu({x}) is {value}, not {x * distribution}");
            var derivative = distribution + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            var gradient = run.InputDeltas[0]!.Row(index)[0];
            Assert.True(Math.Abs(gradient - derivative) <= 5e-7, $"gelu'({x}) is {gradient}, not {derivative}");
        }
    }

    private static double Evaluate(ElementFunction function, double slope, double x) => function switch
    {
        ElementFunction.Relu => Math.Max(0, x),
        ElementFunction.LeakyRelu => x > 0 ? x : slope * x,
        ElementFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        ElementFunction.Tanh => Math.Tanh(x),
        _ => x * SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2,
    };
}
