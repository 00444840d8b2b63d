using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Add;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class AddTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
        [Case(2), Case(4), Case(2, new(ElementFunction.Relu)), Case(3, new(ElementFunction.LeakyRelu, 0.3f))];

    [Fact]
    public void Inputs_have_one_shape()
    {
        var error = Assert.Throws<InvalidInputException>(() => new AddSpec().OutputShape([new(3, 2, 2), new(3, 2, 1)]));
        Assert.Contains("3x2x2 and 3x2x1", error.Message, StringComparison.Ordinal);
    }

    private static OperatorCase Case(int inputs, ActivationSpec? rectifier = null)
    {
        double Rectify(double z) => rectifier is null || z > 0 ? z : rectifier.Slope * z;
        return new(new AddSpec(), [.. Enumerable.Repeat(new TensorShape(2, 3, 1), inputs)], data =>
            [.. Enumerable.Range(0, data.Batch).Select(sample => Enumerable.Range(0, data.Shape.Count)
                .Select(index => Rectify(data.Inputs.Sum(input => input[sample][index]))).ToArray())])
        {
            Rectifier = rectifier,
        };
    }
}
