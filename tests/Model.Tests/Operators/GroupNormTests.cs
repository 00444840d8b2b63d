using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Tests.Operators.Support;

namespace ActorSparse.Model.Tests.Operators;

public sealed class GroupNormTests : OperatorContract
{
    private protected override IEnumerable<OperatorCase> Cases =>
    [
        Case(new GroupNormSpec(2), new(6, 2, 3), 3, byPosition: false),
        Case(new GroupNormSpec(1), new(5, 1, 3), 5, byPosition: false),
        Case(new GroupNormSpec(3), new(3, 3, 3), 1, byPosition: false),
        Case(new LayerNormSpec(), new(5, 2, 3), 5, byPosition: true),
        Case(new LayerNormSpec(), new(7), 7, byPosition: true),
        // More lanes than there are segments of them.
        Case(new LayerNormSpec(), new(2, 9, 12), 2, byPosition: true),
    ];

    [Fact]
    public void Channels_are_a_multiple_of_the_groups() =>
        Assert.Throws<InvalidInputException>(() => new GroupNormSpec(4).OutputShape([new(6, 2, 2)]));

    [Fact]
    public void A_single_channel_at_a_position_becomes_the_shift() =>
        Assert.Equal([0.5f, 0.5f], Evaluation.Of(new LayerNormSpec(), [new(1, 1, 2)], [[3, -8]], dense: [[2], [0.5f]]));

    [Fact]
    public void Many_rows_far_from_0_do_not_matter()
    {
        var shape = new TensorShape(4, 32, 32);
        var input = Evaluation.Numbers(shape.Count, 3).Select(value => value + 1000).ToArray();
        var output = Evaluation.Of(new GroupNormSpec(1), [shape], [input], dense: [[1, 1, 1, 1], [0, 0, 0, 0]]);
        Assert.Equal(0, output.Average(), 1e-4);
        Assert.Equal(1, output.Average(value => value * value), 1e-3);
    }

    private static OperatorCase Case(OperatorSpec spec, TensorShape shape, int channelsPerGroup, bool byPosition) =>
        new(spec, [shape], data => data.PerSample(sample =>
        {
            var output = new double[sample.Length];
            (int Group, int Position) Key(int index) =>
                (index / shape.Positions / channelsPerGroup, byPosition ? index % shape.Positions : 0);
            foreach (var group in Enumerable.Range(0, sample.Length).GroupBy(Key))
            {
                var mean = group.Average(index => sample[index]);
                var variance = group.Average(index => (sample[index] - mean) * (sample[index] - mean));
                foreach (var index in group)
                {
                    var channel = index / shape.Positions;
                    output[index] = (sample[index] - mean) / Math.Sqrt(variance + 1e-5) * data.Dense[0][channel] + data.Dense[1][channel];
                }
            }
            return output;
        }));
}
