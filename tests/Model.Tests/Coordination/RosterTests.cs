using ActorSparse.Model.Coordination;

namespace ActorSparse.Model.Tests.Coordination;

public class RosterTests
{
    private readonly Roster<string> _roster = new(2);

    [Fact]
    public void Home_shards_that_nobody_has_come_first_and_then_they_are_shared()
    {
        Assert.Equal([0, 1, 0, 1], ((string[])["a", "b", "c", "d"]).Select(name => Join(name).HomeShard));
        Assert.Equal(4, _roster.Count);
    }

    [Fact]
    public void Whoever_comes_next_gets_the_home_shard_of_one_that_left()
    {
        var first = Join("a");
        Join("b");
        _roster.Remove(first);
        Assert.Equal(0, Join("c").HomeShard);
    }

    [Fact]
    public void Workers_are_in_the_order_of_their_names_whenever_they_came()
    {
        foreach (var name in (string[])["worker-1", "b", "Z", "worker-0", "a"]) Join(name);
        Assert.Equal(["Z", "a", "b", "worker-0", "worker-1"], _roster.Workers.Select(worker => worker.Name));
    }

    [Fact]
    public void A_later_life_takes_the_place_of_one_that_was_forgotten_and_the_earlier_one_is_told_apart()
    {
        var earlier = Join("a", incarnation: 1);
        Assert.True(earlier.TryTakeRequest(8, [1]));
        _roster.Remove(earlier);
        var later = Join("a", incarnation: 2);
        Assert.Equal((2L, 0L, 0), (later.Incarnation, later.RequestId, later.HomeShard));
        Assert.Same(later, _roster.Find("a"));
        Assert.Equal(RefusalReason.OldIncarnation, _roster.Find("a", 1, out var found));
        Assert.Null(found);
        Assert.Equal(RefusalReason.None, _roster.Find("a", 2, out found));
        Assert.Same(later, found);
        // Its earlier life is gone already, and takes nothing with it.
        _roster.Remove(earlier);
        Assert.Same(later, _roster.Find("a"));
    }

    [Fact]
    public void A_worker_may_join_again_but_in_no_earlier_life_and_not_under_the_name_of_another()
    {
        Assert.Equal(RefusalReason.None, _roster.JudgeJoining("a", 2, "here", out _));
        _roster.Add("a", 2, "here");
        Assert.Equal(RefusalReason.None, _roster.JudgeJoining("a", 2, "here", out _));
        Assert.Equal(RefusalReason.None, _roster.JudgeJoining("a", 3, "there", out _));
        Assert.Equal(RefusalReason.OldIncarnation, _roster.JudgeJoining("a", 1, "here", out var detail));
        Assert.Equal("incarnation 2 has joined", detail);
        Assert.Equal(RefusalReason.NameTaken, _roster.JudgeJoining("a", 2, "there", out detail));
        Assert.Equal("another worker is named a", detail);
    }

    [Fact]
    public void A_name_has_one_life_at_a_time()
    {
        Join("a");
        Assert.Throws<ArgumentException>(() => Join("a", incarnation: 2));
        Assert.Equal(1, _roster.Count);
    }

    [Fact]
    public void Who_has_not_joined_is_unknown()
    {
        Join("a");
        Assert.Null(_roster.Find("b"));
        Assert.Equal(RefusalReason.UnknownWorker, _roster.Find("b", 1, out _));
        Assert.Equal(RefusalReason.UnknownWorker, _roster.Find("a", 2, out _));
        _roster.Remove(_roster.Find("a")!);
        Assert.Equal(RefusalReason.UnknownWorker, _roster.Find("a", 1, out _));
        Assert.Equal(0, _roster.Count);
    }

    [Fact]
    public void A_worker_is_found_by_its_address()
    {
        var worker = Join("a");
        Join("b");
        Assert.True(_roster.TryFind("at a 1", out var found));
        Assert.Same(worker, found);
        Assert.False(_roster.TryFind("elsewhere", out _));
        _roster.Remove(worker);
        Assert.False(_roster.TryFind("at a 1", out _));
    }

    [Fact]
    public void A_worker_that_said_nothing_for_too_long_is_silent_until_it_says_something()
    {
        var (worker, timeout) = (Join("a"), Seconds(60));
        worker.Hear(Seconds(100));
        Assert.Equal((Seconds(1), false), (worker.Await(Seconds(159), timeout), worker.IsSilent));
        Assert.Equal((TimeSpan.Zero, true), (worker.Await(Seconds(160), timeout), worker.IsSilent));
        worker.Hear(Seconds(180));
        Assert.False(worker.IsSilent);
        // It needed 80 seconds and may take twice as long, also after it was in time.
        worker.Hear(Seconds(181));
        Assert.Equal((Seconds(1), false), (worker.Await(Seconds(340), timeout), worker.IsSilent));
        Assert.Equal((Seconds(-1), true), (worker.Await(Seconds(342), timeout), worker.IsSilent));

        static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
    }

    [Fact]
    public void Losses_are_counted_apart_from_those_who_take_part()
    {
        Join("a");
        _roster.CountLost();
        _roster.CountLost();
        Assert.Equal((1, 2), (_roster.Count, _roster.LostCount));
    }

    private RosterEntry<string> Join(string name, long incarnation = 1) => _roster.Add(name, incarnation, $"at {name} {incarnation}");
}
