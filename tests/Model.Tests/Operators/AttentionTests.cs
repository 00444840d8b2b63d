using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Attention;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class AttentionTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new(2), new(12, 5, 1)),
        Case(new(1), new(9, 2, 3)),
        Case(new(1), new(15, 8, 1)),
        Case(new(3), new(9, 1, 1)),
    ];

    [Fact]
    public void With_one_token_it_is_the_identity_on_v()
    {
        var input = Evaluation.Numbers(12, 1);
        Assert.Equal(input[8..], Evaluation.Of(new AttentionSpec(2), [new(12, 1, 1)], [input]));
    }

    // More tokens than a block of rows, and a number of them that no tile divides.
    [Fact]
    public void Many_tokens_are_as_few()
    {
        var test = Case(new(2), new(12, 37, 1));
        using var run = new OperatorRun(test, 3, 4, "", threads: 2);
        var data = run.Oracle();
        var delta = run.Train();
        new Reference(test, data, delta).Compare(run, test.ToString());
    }

    // What VectorMath says of its exponential, by the weights of two tokens: with q = 1 and k = 0 and -x they are 1 to exp(-x).
    [Fact]
    public void Weights_are_as_exact_as_the_exponential_says()
    {
        for (var x = 0f; x < 80; x += 0.37f)
        {
            var weights = Evaluation.Of(new AttentionSpec(1), [new(3, 2, 1)], [[1, 1, 0, -x, 0, 1]]);
            var expected = Math.Exp(-(double)x) / (1 + Math.Exp(-(double)x));
            Assert.InRange(weights[0] / expected, 1 - 5e-7, 1 + 5e-7);
        }
    }

    [Fact]
    public void Large_products_do_not_overflow()
    {
        var output = Evaluation.Of(new AttentionSpec(1), [new(3, 2, 1)], [[1000, -1000, 1000, -1000, 5, 7]]);
        Assert.Equal([5f, 7], output);
    }

    [Fact]
    public void Channels_are_three_times_a_multiple_of_the_heads()
    {
        Assert.Equal(new(4, 5, 1), new AttentionSpec(2).OutputShape([new(12, 5, 1)]));
        Assert.Throws<InvalidInputException>(() => new AttentionSpec(2).OutputShape([new(9, 5, 1)]));
        Assert.Equal(2 * 64 * 64 * 384, new AttentionSpec(6).MultiplyAdds([new(3 * 384, 64, 1)], []));
    }

    private static OperatorCase Case(AttentionSpec spec, TensorShape shape) => new(spec, [shape], data => data.PerSample(x =>
    {
        int channels = shape.Channels / 3, size = channels / spec.Heads, tokens = shape.Positions;
        var y = new double[channels * tokens];
        double At(int part, int channel, int token) => x[(part * channels + channel) * tokens + token];
        for (var head = 0; head < spec.Heads; head++)
        {
            var own = Enumerable.Range(head * size, size).ToArray();
            for (var token = 0; token < tokens; token++)
            {
                double Product(int other) => own.Sum(channel => At(0, channel, token) * At(1, channel, other));
                var weights = Enumerable.Range(0, tokens).Select(other => Math.Exp(Product(other) / Math.Sqrt(size))).ToArray();
                foreach (var channel in own)
                    y[channel * tokens + token] = weights.Select((weight, other) => weight * At(2, channel, other)).Sum() / weights.Sum();
            }
        }
        return y;
    }));
}
