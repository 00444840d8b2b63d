using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class RestartBudgetTests
{
    [Fact]
    public void The_delay_doubles_up_to_its_limit_and_then_the_actor_is_given_up()
    {
        var budget = new RestartBudget(4, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
        Assert.Equal([100, 200, 400, 500], Enumerable.Range(1, 4).Select(failures => budget.DelayAfter(failures)!.Value.TotalMilliseconds));
        Assert.Null(budget.DelayAfter(5));
    }
}
