using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class RosterEntryTests
{
    private readonly RosterEntry<string> _worker = new("a", 3, "at a", 1);

    [Fact]
    public void A_request_counts_once_and_none_before_it_counts_any_more()
    {
        Assert.True(_worker.TryTakeRequest(2, [5, 6]));
        Assert.False(_worker.TryTakeRequest(2, [7]));
        Assert.False(_worker.TryTakeRequest(1, [7]));
        Assert.Equal((2L, "5,6"), (_worker.RequestId, string.Join(',', _worker.KnownTopologyIds)));
        Assert.True(_worker.TryTakeRequest(9, [7]));
        Assert.Equal((9L, "7"), (_worker.RequestId, string.Join(',', _worker.KnownTopologyIds)));
    }

    [Fact]
    public void It_waits_from_when_there_is_no_work_until_it_is_answered_or_asks_again()
    {
        Assert.False(_worker.IsParked);
        Assert.True(_worker.TryTakeRequest(1, []));
        _worker.Park(RefusalReason.TooStale);
        Assert.Equal((true, RefusalReason.TooStale), (_worker.IsParked, _worker.ParkedRefusal));
        _worker.Unpark();
        Assert.False(_worker.IsParked);
        _worker.Park(RefusalReason.None);
        Assert.Equal((true, RefusalReason.None), (_worker.IsParked, _worker.ParkedRefusal));
        Assert.True(_worker.TryTakeRequest(2, []));
        Assert.False(_worker.IsParked);
    }

    [Fact]
    public void A_repeated_request_does_not_end_the_waiting()
    {
        Assert.True(_worker.TryTakeRequest(1, []));
        _worker.Park(RefusalReason.None);
        Assert.False(_worker.TryTakeRequest(1, []));
        Assert.True(_worker.IsParked);
    }
}
