using Akka.Actor;
using Xunit.Sdk;

namespace Akka.Conformance.TestKits;

public sealed class ReceiveTests() : global::Akka.TestKit.Xunit2.TestKit("akka.test.single-expect-default = 20s")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task ReceiveOne_gives_a_message_or_null()
    {
        TestActor.Tell("one");
        TestActor.Tell("two");

        Assert.Equal("one", ReceiveOne(Short));
        Assert.Equal("one", LastMessage);
        Assert.Equal(TestActor, LastSender);
        Assert.Equal("two", await ReceiveOneAsync(Short));
        Assert.Null(ReceiveOne(Short));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public void PeekOne_leaves_the_message()
    {
        TestActor.Tell("one");

        Assert.Equal("one", PeekOne(Short));
        Assert.Equal("one", PeekOne(Short));
        Assert.True(HasMessages);
        Assert.Equal("one", ReceiveOne(Short));
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Fishing_drops_messages_until_one_fits()
    {
        for (var i = 0; i < 10; i++)
        {
            TestActor.Tell(i);
        }

        Assert.Equal(3, FishForMessage(message => message is 3));
        Assert.Equal(5, FishForMessage<int>(message => message > 4));
        Assert.Equal(7, await FishForMessageAsync<int>(message => message > 6));
        Assert.Equal(8, ReceiveOne(Short));
        Assert.ThrowsAny<XunitException>(() => FishForMessage<int>(message => message > 99, Short));
    }

    [Fact]
    public async Task ReceiveN_gives_as_many_messages_or_fails()
    {
        for (var i = 0; i < 7; i++)
        {
            TestActor.Tell(i);
        }

        Assert.Equal([0, 1, 2], ReceiveN(3).Cast<int>());
        var received = new List<object>();
        await foreach (var message in ReceiveNAsync(3))
        {
            received.Add(message);
        }

        Assert.Equal([3, 4, 5], received.Cast<int>());
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Short));
    }

    [Fact]
    public void ReceiveWhile_ends_at_the_first_message_that_does_not_fit_and_leaves_it()
    {
        foreach (var message in new object[] { "a", "b", 3, "d" })
        {
            TestActor.Tell(message);
        }

        Assert.Equal(["a", "b"], ReceiveWhile<string>(Short, message => (message as string)!));
        ExpectMsg(3);
        Assert.Equal(["d"], ReceiveWhile<string>(Short, message => (message as string)!));
    }

    [Fact]
    public void Messages_can_be_ignored()
    {
        IgnoreMessages<int>(message => message > 5);
        TestActor.Tell(9);
        TestActor.Tell(1);
        ExpectMsg(1);

        IgnoreMessages<string>();
        TestActor.Tell("x");
        TestActor.Tell(9);
        ExpectMsg(9);

        IgnoreNoMessages();
        TestActor.Tell("x");
        ExpectMsg("x");
    }
}
