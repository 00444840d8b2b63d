using Akka.Actor;
using Xunit.Sdk;

namespace Akka.Conformance.TestKits;

public sealed class ExpectTests() : global::Akka.TestKit.Xunit2.TestKit("akka.test.single-expect-default = 20s")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Fact]
    public void ExpectMsg_returns_the_next_message_that_is_as_expected()
    {
        foreach (var message in new object[] { "one", 2, "three", 4, "five", 6 })
        {
            TestActor.Tell(message);
        }

        Assert.Equal("one", ExpectMsg<string>());
        Assert.Equal(2, ExpectMsg(2));
        Assert.Equal("three", ExpectMsg<string>(message => message.StartsWith('t')));
        Assert.Equal(4, ExpectMsg<int>(message => Assert.True(message > 3)));
        Assert.Equal("five", ExpectMsg<string>((message, sender) => message == "five" && sender.Equals(TestActor)));
        Assert.Equal(6, ExpectMsg(16, (expected, actual) => expected % 10 == actual));
    }

    [Fact]
    public async Task ExpectMsgAsync_returns_the_next_message_that_is_as_expected()
    {
        foreach (var message in new object[] { "one", 2, "three", 4 })
        {
            TestActor.Tell(message);
        }

        Assert.Equal("one", await ExpectMsgAsync<string>());
        Assert.Equal(2, await ExpectMsgAsync(2));
        Assert.Equal("three", await ExpectMsgAsync<string>(message => message.StartsWith('t')));
        Assert.Equal(4, await ExpectMsgAsync<int>((message, _) => Assert.True(message > 3)));
    }

    [Fact]
    public async Task A_message_may_come_while_the_expectation_waits()
    {
        var waiting = ExpectMsgAsync<string>(TimeSpan.FromSeconds(10));
        Assert.False(waiting.IsCompleted);

        TestActor.Tell("late");

        Assert.Equal("late", await waiting);
    }

    [Fact]
    public void Another_message_fails_the_test()
    {
        for (var i = 0; i < 4; i++)
        {
            TestActor.Tell("one");
        }

        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>());
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("two"));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(message => message == "two"));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("two", (expected, actual) => expected == actual));
    }

    [Fact]
    public async Task No_message_in_time_fails_the_test()
    {
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Short));
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(Short));
    }

    [Fact]
    public void ExpectMsgFrom_checks_the_sender_too()
    {
        var other = CreateTestProbe();
        for (var i = 0; i < 3; i++)
        {
            TestActor.Tell(i, other);
        }

        ExpectMsgFrom<int>(other);
        ExpectMsgFrom(other, 1);
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom<int>(TestActor));
    }

    [Fact]
    public async Task ExpectNoMsg_passes_in_silence_only()
    {
        ExpectNoMsg(Short);
        ExpectNoMsg(10);
        await ExpectNoMsgAsync(Short);

        TestActor.Tell("noise");
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(Short));

        TestActor.Tell("noise");
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectNoMsgAsync(Short));
    }

    [Fact]
    public void Several_messages_can_be_expected_in_any_order()
    {
        foreach (var message in new[] { "c", "a", "b", "x", "y" })
        {
            TestActor.Tell(message);
        }

        Assert.Equal(["a", "b", "c"], ExpectMsgAllOf("a", "b", "c").Order());
        Assert.Equal("x", ExpectMsgAnyOf(["w", "x"]));
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(["w", "x"]));

        TestActor.Tell("a");
        TestActor.Tell("a");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf("a", "b"));
    }

    [Fact]
    public void The_end_of_a_watched_actor_can_be_expected()
    {
        var actor = CreateTestProbe().Ref;
        Watch(actor);

        Sys.Stop(actor);

        Assert.Equal(actor, ExpectTerminated(actor).ActorRef);
    }

    [Fact]
    public void The_end_of_an_unwatched_actor_is_not_told()
    {
        var actor = CreateTestProbe().Ref;
        var other = CreateTestProbe();
        Watch(actor);
        other.Watch(actor);
        Unwatch(actor);

        Sys.Stop(actor);

        other.ExpectTerminated(actor);
        ExpectNoMsg(Short);
    }

    [Fact]
    public async Task The_test_actor_is_the_sender_of_what_a_test_tells()
    {
        var probe = CreateTestProbe();

        probe.Ref.Tell("before");
        probe.ExpectMsgFrom<string>(TestActor);

        await Task.Delay(1);

        probe.Ref.Tell("after");
        probe.ExpectMsgFrom<string>(TestActor);
    }
}
