using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

public class LearningRateScheduleTests
{
    private const int UpdatesPerEpoch = 10, Epochs = 100;

    [Theory]
    [InlineData("constant", 0, 0.5)]
    [InlineData("constant", 999, 0.5)]
    [InlineData("step:50,75:0.1", 499, 0.5)]
    [InlineData("step:50,75:0.1", 500, 0.05)]
    [InlineData("step:50,75:0.1", 749, 0.05)]
    [InlineData("step:50,75:0.1", 750, 0.005)]
    [InlineData("step:0:2", 0, 1.0)]
    [InlineData("cosine", 0, 0.5)]
    [InlineData("cosine", 500, 0.25)]
    [InlineData("cosine", 250, 0.4267766953)]
    [InlineData("cosine", 1000, 0)]
    [InlineData("cosine:0.1", 500, 0.3)]
    [InlineData("cosine:0.1", 2000, 0.1)]
    [InlineData("cosine:10%", 500, 0.275)]
    [InlineData("cosine:10%", 2000, 0.05)]
    [InlineData("warmup:5+constant", 0, 0.05)]
    [InlineData("warmup:5+constant", 25, 0.275)]
    [InlineData("warmup:5+constant", 50, 0.5)]
    [InlineData("warmup:5:0.5+step:3:0.1", 40, 0.045)]
    [InlineData("warmup:20+cosine", 200, 0.5)]
    [InlineData("warmup:20+cosine", 600, 0.25)]
    [InlineData("warmup:20:0.5+cosine", 100, 0.375)]
    [InlineData("warmup:0.5:0+constant", 1, 0.1)]
    public void The_rate_of_an_update(string schedule, long update, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.Parse(schedule).Rate(0.5, update, UpdatesPerEpoch, Epochs), 1e-9);

    [Fact]
    public void Warm_up_of_several_workers_is_the_papers()
    {
        const double Workers = 4, Rate = 0.01;
        var schedule = LearningRateSchedule.Parse("warmup:5:0.25+constant");
        for (var epoch = 0; epoch < 8; epoch++)
        {
            var expected = Rate * ((Workers - 1) * Math.Min(epoch, 5) / 5 + 1);
            Assert.Equal(expected, schedule.Rate(Workers * Rate, epoch * UpdatesPerEpoch, UpdatesPerEpoch, Epochs), 1e-12);
        }
    }

    [Fact]
    public void Text_round_trips_and_decides_equality()
    {
        string[] texts = ["constant", "step:50,75:0.1", "cosine", "cosine:0.0001", "cosine:10%", "warmup:5+cosine", "warmup:5:0.25+step:1:0.5"];
        foreach (var text in texts)
        {
            Assert.Equal(text, LearningRateSchedule.Parse(text).ToString());
            Assert.Equal(LearningRateSchedule.Parse(text), LearningRateSchedule.Parse(text));
        }
        Assert.NotEqual(LearningRateSchedule.Parse("cosine"), LearningRateSchedule.Constant);
    }

    [Theory]
    [InlineData("")]
    [InlineData("linear")]
    [InlineData("constant:1")]
    [InlineData("step")]
    [InlineData("step:50")]
    [InlineData("step:75,50:0.1")]
    [InlineData("step:50,50:0.1")]
    [InlineData("step:a:0.1")]
    [InlineData("step:-1:0.1")]
    [InlineData("step:1:-0.1")]
    [InlineData("step:1:NaN")]
    [InlineData("cosine:-1")]
    [InlineData("cosine:101%")]
    [InlineData("cosine:%")]
    [InlineData("warmup:5")]
    [InlineData("warmup:5+warmup:5+constant")]
    [InlineData("warmup:x+constant")]
    [InlineData("warmup:5:2+constant")]
    [InlineData("warmup:5:1:1+constant")]
    public void Other_texts_are_refused_by_name(string text)
    {
        var message = Assert.Throws<InvalidInputException>(() => LearningRateSchedule.Parse(text)).Message;
        Assert.StartsWith($"learning-rate schedule '{text}': ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        new OptimizerOptions().Validate();
        AssertRefused("learning rate", new() { LearningRate = 0 });
        AssertRefused("learning rate", new() { LearningRate = double.NaN });
        AssertRefused("momentum", new() { Momentum = 1 });
        AssertRefused("beta 2", new() { Beta2 = 1 });
        AssertRefused("weight decay", new() { WeightDecay = -1 });
        AssertRefused("clip norm", new() { ClipNorm = 0 });
    }

    private static void AssertRefused(string name, OptimizerOptions options) =>
        Assert.StartsWith(name, Assert.Throws<InvalidInputException>(options.Validate).Message, StringComparison.Ordinal);
}
