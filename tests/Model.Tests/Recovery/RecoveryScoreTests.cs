using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public class RecoveryScoreTests
{
    [Fact]
    public void Weights_are_compared_whatever_the_order_of_neurons()
    {
        Assert.Equal(0, Error([1, 2, 0, 3], [0, 3, 1, 2]));
        // One weight of 3 is off by 0.3, of a norm of sqrt(14).
        Assert.Equal(0.3 / Math.Sqrt(14), Error([1, 2, 0, 3], [0, 3.3, 1, 2]), 1e-12);
        // A neuron more, and one too few.
        Assert.Equal(Math.Sqrt(2.0 / 14), Error([1, 2, 0, 3], [0, 3, 1, 2, -1, 1]), 1e-12);
        Assert.Equal(Math.Sqrt(9.0 / 14), Error([1, 2, 0, 3], [1, 2]), 1e-12);
    }

    [Fact]
    public void Parallel_neurons_are_one()
    {
        Assert.Equal(0, Error([2, 4], [0.5, 1, 0, 0, 1.5, 3]), 1e-12);
        Assert.Equal(0, Error([2, 4], [0.5, 1.001, 1.5, 2.999]), 1e-12);
        Assert.True(Error([2, 4], [0.5, 1.5, 1.5, 2.5]) > 0.1);
        // Those that point to opposite sides are not, nor are those of unlike signs.
        Assert.True(Error([1, 0], [2, 0, -1, 0]) > 1);
        Assert.True(RecoveryScore.WeightError(SparseVector.Of(2, [1, 1]), SparseVector.Of(2, [1, 1]), _ => 1, _ => -1) > 1);
    }

    [Theory]
    [InlineData(0.01, 1, 20)]
    [InlineData(0.01, 10, 40)]
    [InlineData(0, 1, 400)]
    public void Decibels_go_by_the_largest_target(double error, double peak, double expected) =>
        Assert.Equal(expected, RecoveryScore.Psnr(error, peak), 1e-9);

    private static double Error(double[] planted, double[] found) =>
        RecoveryScore.WeightError(SparseVector.Of(2, planted), SparseVector.Of(2, found), _ => 1, _ => 1);
}
