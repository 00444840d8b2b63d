using Akka.Actor;
using Xunit.Sdk;

namespace Akka.Conformance.TestKits;

public sealed class TimeLimitTests() : global::Akka.TestKit.Xunit2.TestKit("akka.test { timefactor = 2.0, single-expect-default = 4s }")
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Durations_are_dilated()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), Dilated(TimeSpan.FromSeconds(3)));
        Assert.Equal(TimeSpan.FromSeconds(8), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(2), RemainingOrDilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(2.0, TestKitSettings.TestTimeFactor);
    }

    [Fact]
    public async Task Within_returns_what_its_block_returns()
    {
        Assert.Equal(5, Within(Long, () => 5));
        Assert.Equal(6, await WithinAsync(Long, async () =>
        {
            await Task.Yield();
            return 6;
        }));
    }

    [Fact]
    public void Expectations_get_what_is_left_of_the_block()
    {
        Within(Long, () =>
        {
            Assert.InRange(Remaining, TimeSpan.FromSeconds(1), Long * 2);
            Assert.True(RemainingOrDefault > TimeSpan.FromSeconds(8));
            Within(Short, () => Assert.True(Remaining <= Short * 2));
            Assert.True(Remaining > Short * 2);
        });
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public void A_block_that_takes_too_long_fails() =>
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromMilliseconds(1), () => Thread.Sleep(20)));

    [Fact]
    public void A_block_that_is_too_quick_fails() =>
        Assert.ThrowsAny<XunitException>(() => Within(Long / 2, Long, () => TestActor.Tell("quick")));

    [Fact]
    public async Task AwaitAssert_repeats_until_the_assertion_passes()
    {
        var attempts = 0;
        AwaitAssert(() => Assert.Equal(3, ++attempts), Long, Short);
        Assert.Equal(3, attempts);

        await AwaitAssertAsync(() => Assert.Equal(6, ++attempts), Long, Short);
        Assert.Equal(6, attempts);
    }

    [Fact]
    public async Task AwaitAssert_fails_as_the_assertion_did()
    {
        var exception = Assert.Throws<InvalidOperationException>(
            () => AwaitAssert(() => throw new InvalidOperationException("still"), Short, Short / 2));
        Assert.Equal("still", exception.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => AwaitAssertAsync(() => throw new InvalidOperationException("still"), Short, Short / 2));
    }

    [Fact]
    public async Task AwaitCondition_repeats_until_the_condition_holds()
    {
        var attempts = 0;
        AwaitCondition(() => ++attempts == 3, Long, Short);
        await AwaitConditionAsync(() => Task.FromResult(++attempts == 6), Long, Short);
        Assert.True(AwaitConditionNoThrow(() => ++attempts == 9, Long, Short));

        Assert.Equal(9, attempts);
        Assert.False(AwaitConditionNoThrow(() => false, Short, Short / 2));
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short, Short / 2));
        await Assert.ThrowsAnyAsync<XunitException>(() => AwaitConditionAsync(() => Task.FromResult(false), Short, Short / 2));
    }

    [Fact]
    public void A_latch_opens_after_its_count()
    {
        var latch = CreateTestLatch(2);
        latch.CountDown();
        Assert.False(latch.IsOpen);
        Assert.Throws<TimeoutException>(() => latch.Ready(Short));

        latch.CountDown();
        Assert.True(latch.IsOpen);
        latch.Ready();
    }
}
