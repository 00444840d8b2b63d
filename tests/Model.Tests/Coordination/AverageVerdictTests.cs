using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class AverageVerdictTests
{
    // Mean losses of 0.6, 0.4 and 0.5 over 8 samples each.
    private static readonly TrainingTally[] s_replicas = [new(1, 4.8, 8, 6, 8), new(1, 3.2, 8, 7, 8), new(1, 4, 8, 7, 8)];

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.5, true)]
    [InlineData(0.67, true)]
    [InlineData(0.68, false)]
    [InlineData(1.6, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void An_average_is_taken_up_to_a_quarter_more_loss_than_its_replicas_and_a_margin(double loss, bool isTaken)
    {
        var verdict = AverageVerdict.Of(loss, s_replicas);
        Assert.Equal((isTaken, 1), (verdict.IsTaken, verdict.BestShard));
        Assert.Equal(0.5, verdict.ReplicaLoss, 1e-12);
        Assert.Equal(0.4, verdict.BestLoss, 1e-12);
    }

    [Fact]
    public void Every_replica_counts_alike_and_of_equal_ones_the_first_is_the_best()
    {
        var verdict = AverageVerdict.Of(9, new TrainingTally[] { new(1, 9, 9, 0, 9), new(4, 8, 32, 0, 32), new(2, 4, 16, 0, 16) });
        Assert.Equal((false, 0.5, 1), (verdict.IsTaken, verdict.ReplicaLoss, verdict.BestShard));
    }

    [Fact]
    public void Without_a_loss_to_compare_with_the_average_is_taken() =>
        Assert.True(AverageVerdict.Of(double.NaN, new TrainingTally[2]).IsTaken);

    [Fact]
    public void A_replica_whose_loss_is_not_finite_is_no_measure_and_not_the_best()
    {
        var verdict = AverageVerdict.Of(2, [double.NaN, 0.5, double.PositiveInfinity, 0.7]);
        Assert.Equal((false, 0.6, 1, 0.5), (verdict.IsTaken, verdict.ReplicaLoss, verdict.BestShard, verdict.BestLoss));
        Assert.True(AverageVerdict.Of(2, [double.NaN]).IsTaken);
    }
}
