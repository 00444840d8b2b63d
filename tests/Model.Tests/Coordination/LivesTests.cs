using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class LivesTests
{
    private static readonly RestartBudget s_budget = new(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    [Fact]
    public void The_delay_before_the_next_life_doubles_until_it_is_given_up()
    {
        var lives = new Lives(s_budget, healthyAfterResults: 2);
        Assert.Equal((1L, 0, false), (lives.Incarnation, lives.Failures, lives.IsGivenUp));
        foreach (var (seconds, incarnation) in ((double, long)[])[(1, 2), (2, 3), (4, 4)])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), lives.Die());
            Assert.Equal((incarnation, (int)incarnation - 1, false), (lives.Incarnation, lives.Failures, lives.IsGivenUp));
        }
        Assert.Null(lives.Die());
        Assert.Equal((4, true), (lives.Failures, lives.IsGivenUp));
    }

    [Fact]
    public void Enough_results_in_one_life_make_deaths_before_it_count_no_more()
    {
        var lives = new Lives(s_budget, healthyAfterResults: 2);
        lives.Die();
        lives.Die();
        lives.Succeed();
        Assert.Equal(2, lives.Failures);
        lives.Succeed();
        Assert.Equal(0, lives.Failures);
        Assert.Equal(TimeSpan.FromSeconds(1), lives.Die());
        // The number of a life never comes twice.
        Assert.Equal(4, lives.Incarnation);
    }

    [Fact]
    public void Results_of_an_earlier_life_do_not_make_a_later_one_healthy()
    {
        var lives = new Lives(s_budget, healthyAfterResults: 2);
        for (var death = 1; death <= 3; death++)
        {
            lives.Succeed();
            Assert.Equal(TimeSpan.FromSeconds(1 << (death - 1)), lives.Die());
        }
        lives.Succeed();
        Assert.Null(lives.Die());
    }

    [Fact]
    public void Each_actor_is_healed_by_its_own_results_alone()
    {
        Lives sick = new(s_budget, healthyAfterResults: 1), healthy = new(s_budget, healthyAfterResults: 1);
        for (var death = 0; death < 3; death++)
        {
            Assert.NotNull(sick.Die());
            Assert.NotNull(healthy.Die());
            healthy.Succeed();
        }
        Assert.Null(sick.Die());
        Assert.NotNull(healthy.Die());
        Assert.Equal((true, false), (sick.IsGivenUp, healthy.IsGivenUp));
    }
}
