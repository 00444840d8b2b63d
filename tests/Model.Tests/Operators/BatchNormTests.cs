using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class BatchNormTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new(3, 2, 3)), Case(new(5)), Case(new(2, 4, 4)),
        Case(new(3, 2, 3), new(ElementFunction.Relu)), Case(new(2, 4, 4), new(ElementFunction.LeakyRelu, 0.3f)),
    ];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(17, 40)]
    public void Running_averages_get_the_mean_and_the_unbiased_variance_of_the_batch(int batch, int capacity)
    {
        using var run = new OperatorRun(Case(new(2, 3, 5)), batch, capacity, "");
        run.Train();
        var samples = OperatorRun.Samples(run.Inputs[0]);
        for (var channel = 0; channel < 2; channel++)
        {
            var values = samples.SelectMany(sample => sample.Skip(channel * 15).Take(15)).Select(value => (double)value).ToArray();
            var mean = values.Average();
            Assert.Equal(mean, run.DenseGradients[2][channel], 1e-6);
            Assert.Equal(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1), run.DenseGradients[3][channel], 1e-5);
        }
    }

    [Fact]
    public void Evaluation_uses_the_running_averages()
    {
        using var run = new OperatorRun(Case(new(2, 1, 3)), 5, 40, "");
        run.Pass.IsTraining = false;
        run.Operator.Forward(run.Pass);
        var (inputs, outputs) = (OperatorRun.Samples(run.Inputs[0]), OperatorRun.Samples(run.Output));
        for (var sample = 0; sample < 5; sample++)
        {
            for (var index = 0; index < 6; index++)
            {
                double Block(int block) => run.Dense[block].Values[index / 3];
                var expected = (inputs[sample][index] - Block(2)) / Math.Sqrt(Block(3) + 1e-5) * Block(0) + Block(1);
                Assert.Equal(expected, outputs[sample][index], 1e-5);
            }
        }
        run.AssertPaddingIsZero();
    }

    [Fact]
    public void A_single_number_a_channel_becomes_the_shift_and_leaves_no_gradient()
    {
        using var run = new OperatorRun(Case(new(4)), 1, 3, "");
        run.Train();
        Assert.Equal(run.Dense[1].Values.Span.ToArray(), OperatorRun.Samples(run.Output)[0]);
        Assert.All(OperatorRun.Samples(run.InputDeltas[0]!)[0], value => Assert.Equal(0, value));
        Assert.All(run.DenseGradients[3].Span.ToArray(), value => Assert.Equal(0, value));
    }

    // 1,000 apart from 0 with a deviation of 1: sums of squares would have lost it.
    [Fact]
    public void A_mean_far_from_0_does_not_matter()
    {
        using var run = new OperatorRun(Case(new(1, 16, 16)), 17, 40, "");
        for (var neuron = 0; neuron < 256; neuron++)
            foreach (ref var value in run.Inputs[0].Row(neuron)) value += 1000;
        run.Train();
        Assert.InRange(run.DenseGradients[3][0], 0.95f, 1.05f);
        Assert.Equal(run.Dense[1].Values[0], OperatorRun.Samples(run.Output).Average(sample => sample.Average()), 1e-3);
    }

    [Fact]
    public void Nothing_of_it_decays_and_it_begins_as_the_identity()
    {
        var blocks = new BatchNormSpec().Blocks("bn", [new(3, 2, 2)]);
        Assert.Equal(["bn.scale", "bn.shift", "bn.mean", "bn.variance"], blocks.Select(block => block.Name));
        Assert.Equal([1f, 0, 0, 1], blocks.Select(block => block.InitialValue!.Value));
        Assert.Equal([false, false, true, true], blocks.Select(block => block.IsRunningAverage));
        Assert.DoesNotContain(blocks, block => block.Decays);
    }

    private static OperatorCase Case(TensorShape shape, ActivationSpec? rectifier = null) => new(new BatchNormSpec(), [shape], data =>
    {
        var outputs = data.Inputs[0].Select(sample => sample.ToArray()).ToArray();
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var places = Enumerable.Range(channel * shape.Positions, shape.Positions).ToArray();
            var mean = outputs.Average(sample => places.Average(place => sample[place]));
            var variance = outputs.Average(sample => places.Average(place => (sample[place] - mean) * (sample[place] - mean)));
            foreach (var sample in outputs)
                foreach (var place in places)
                    sample[place] = Rectify(
                        rectifier,
                        (sample[place] - mean) / Math.Sqrt(variance + 1e-5) * data.Dense[0][channel] + data.Dense[1][channel]);
        }
        return outputs;
    })
    {
        Rectifier = rectifier,
    };

    private static double Rectify(ActivationSpec? rectifier, double z) => rectifier is null || z > 0 ? z : rectifier.Slope * z;
}
