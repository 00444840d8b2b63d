using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class EvolutionScheduleTests
{
    private readonly EvolutionSchedule _schedule = new(2, 30);

    [Fact]
    public void Before_it_is_known_what_comes_next_it_is_known_what_has_been()
    {
        Assert.Equal(new NextEvolution(2, 30, 0), _schedule.Next);
        Assert.False(_schedule.IsKnown);
        Assert.False(_schedule.IsUnderWay);
        Assert.Equal(0, _schedule.CarrierTicket);
    }

    [Fact]
    public void It_is_asked_once_until_there_is_an_answer()
    {
        Assert.True(_schedule.TryAsk());
        Assert.False(_schedule.TryAsk());
        Assert.True(_schedule.IsAwaited(_schedule.RequestId));
        _schedule.Learn(new(4, 60, 1));
        Assert.Equal((true, new NextEvolution(4, 60, 1)), (_schedule.IsKnown, _schedule.Next));
        Assert.False(_schedule.TryAsk());
        Assert.False(_schedule.IsAwaited(_schedule.RequestId));
    }

    [Fact]
    public void Nothing_is_awaited_that_was_not_asked_for()
    {
        Assert.False(_schedule.IsAwaited(0));
        Assert.True(_schedule.TryAsk());
        Assert.False(_schedule.IsAwaited(_schedule.RequestId - 1));
        Assert.False(_schedule.IsAwaited(_schedule.RequestId + 1));
    }

    [Fact]
    public void After_a_restart_it_is_asked_again_under_a_new_number_and_the_old_answer_is_late()
    {
        Assert.True(_schedule.TryAsk());
        var lost = _schedule.RequestId;
        _schedule.Restart();
        Assert.False(_schedule.IsAwaited(lost));
        Assert.True(_schedule.TryAsk());
        Assert.True(_schedule.RequestId > lost);
        Assert.False(_schedule.IsAwaited(lost));
        Assert.True(_schedule.IsAwaited(_schedule.RequestId));
    }

    [Fact]
    public void A_snapshot_is_under_way_under_a_new_number_until_its_changes_come()
    {
        Assert.True(_schedule.TryAsk());
        _schedule.Learn(new(2, 60, 0));
        var asked = _schedule.RequestId;
        _schedule.Begin();
        Assert.True(_schedule.IsUnderWay);
        Assert.True(_schedule.IsKnown);
        Assert.False(_schedule.IsAwaited(asked));
        Assert.True(_schedule.IsAwaited(_schedule.RequestId));
        _schedule.Learn(new(3, 60, 0));
        Assert.False(_schedule.IsUnderWay);
        Assert.False(_schedule.IsAwaited(_schedule.RequestId));
    }

    [Fact]
    public void A_restart_forgets_what_is_under_way_and_keeps_what_has_been()
    {
        _schedule.Learn(new(2, 60, 1));
        _schedule.Begin();
        var lost = _schedule.RequestId;
        _schedule.Restart();
        Assert.False(_schedule.IsUnderWay);
        Assert.False(_schedule.IsAwaited(lost));
        Assert.Equal((2, 60L), (_schedule.Next.Epoch, _schedule.Next.Update));
        Assert.True(_schedule.TryAsk());
    }

    [Fact]
    public void The_evolution_of_an_update_is_done_with_its_carrier_and_what_comes_next_is_asked_for()
    {
        _schedule.Learn(new(4, 30, 1));
        _schedule.Begin(carrierTicket: 17);
        Assert.Equal(17, _schedule.CarrierTicket);
        // Nothing was asked of the topology actor.
        Assert.False(_schedule.IsUnderWay);
        Assert.False(_schedule.IsAwaited(_schedule.RequestId));
        // By a batch that was handed out later: what fell due until then is done too.
        _schedule.CompleteUpdate(modelVersion: 32);
        Assert.Equal((0L, 4, 33L), (_schedule.CarrierTicket, _schedule.Next.Epoch, _schedule.Next.Update));
        Assert.False(_schedule.IsKnown);
        Assert.True(_schedule.TryAsk());
    }

    [Fact]
    public void An_answer_that_was_under_way_when_an_update_evolved_is_late()
    {
        _schedule.Learn(new(4, 30, 1));
        _schedule.Begin(carrierTicket: 17);
        // The topology actor died and its successor was asked while the carrier was out.
        _schedule.Restart();
        Assert.True(_schedule.TryAsk());
        var late = _schedule.RequestId;
        _schedule.CompleteUpdate(modelVersion: 30);
        Assert.False(_schedule.IsAwaited(late));
        Assert.True(_schedule.TryAsk());
        Assert.False(_schedule.IsAwaited(late));
    }
}
