using ActorSparse.Model.Coordination;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

// Of three classes: taking all for alike costs ln 3, which is about 1.1, and no guess can be much better.
public class DivergenceWatchTests
{
    [Theory]
    [InlineData(1.0, nameof(RunOutcome.Diverged))]
    [InlineData(0.5, nameof(RunOutcome.Failed))]
    public void The_first_time_another_life_is_to_go_on_and_the_second_time_the_run_has_failed(double rateScale, string outcome)
    {
        var watch = Watch(rateScale: rateScale);
        Assert.Equal((rateScale, outcome), (watch.RateScale, watch.Outcome.ToString()));
    }

    [Fact]
    public void The_lowest_loss_of_an_epoch_is_remembered()
    {
        var watch = Watch();
        Assert.Null(watch.BestEpochLoss);
        foreach (var (loss, best) in ((double, double)[])[(1.0, 1.0), (0.5, 0.5), (0.75, 0.5)])
        {
            Assert.Null(watch.OfEpoch(1, Tally(loss, correct: 80)));
            Assert.Equal(best, watch.BestEpochLoss!.Value, 1e-9);
        }
    }

    [Fact]
    public void An_epoch_that_diverged_does_not_count_and_one_without_samples_says_nothing()
    {
        var watch = Watch(best: 1);
        Assert.Null(watch.OfEpoch(0, default));
        Assert.Contains("epoch 2", watch.OfEpoch(1, Tally(50, correct: 80)), StringComparison.Ordinal);
        Assert.Contains("epoch 2", watch.OfEpoch(1, Tally(double.NaN, correct: 80)), StringComparison.Ordinal);
        Assert.Equal(1, watch.BestEpochLoss);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(0.3, true)]
    public void A_network_fell_back_to_a_guess_if_it_had_been_better_in_an_epoch_that_the_state_may_know(double? best, bool isDiverged)
    {
        var diverged = Watch(best).OfEpoch(3, Tally(1.2, correct: 30));
        Assert.Equal(isDiverged, diverged?.Contains("constant guess", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void An_epoch_that_goes_on_is_judged_once_there_are_enough_batches()
    {
        var watch = Watch(best: 1);
        // An epoch has 10.
        Assert.Null(watch.OfEpochSoFar(1, Tally(50, correct: 0) with { Batches = 9 }));
        Assert.NotNull(watch.OfEpochSoFar(1, Tally(50, correct: 0) with { Batches = 10 }));
        // In the first epoch features that nobody scaled may cost as much.
        Assert.Null(Watch().OfEpochSoFar(0, Tally(50, correct: 0)));
        Assert.Equal(1, watch.BestEpochLoss);
    }

    [Fact]
    public void So_many_results_in_one_epoch_that_are_not_finite_are_too_many()
    {
        var watch = Watch(notFiniteMax: 3);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            Assert.Null(watch.OfNotFinite("first"));
            Assert.Null(watch.OfNotFinite("second"));
            Assert.Null(watch.OfEpoch(epoch, Tally(1, correct: 50)));
        }
        Assert.Null(watch.OfNotFinite("first"));
        Assert.Null(watch.OfNotFinite("second"));
        Assert.Equal("training diverged 3 times in an epoch: third", watch.OfNotFinite("third"));
    }

    private static DivergenceWatch Watch(double? best = null, double rateScale = 1, int notFiniteMax = 5)
    {
        var job = TestJob.Create();
        using var state = TestJob.Begin(job) with { RateScale = rateScale, BestEpochLoss = best };
        return new(job, state, notFiniteMax);
    }

    private static TrainingTally Tally(double loss, int correct) => new(10, loss * 80, 80, correct, 80);
}
