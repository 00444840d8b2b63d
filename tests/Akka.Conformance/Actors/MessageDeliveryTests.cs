using Akka.Actor;
using Akka.Conformance.Support;

namespace Akka.Conformance.Actors;

/// <summary>Ordering per sender and receiver, one message at a time, visibility between threads, and who the sender is.</summary>
public sealed class MessageDeliveryTests : ConformanceTest
{
    private sealed record Numbered(int Producer, int Number);

    private sealed record Count(int Remaining);

    [Fact]
    public async Task Messages_from_one_thread_arrive_in_the_order_they_were_sent()
    {
        const int producers = 4;
        const int messages = 200;
        for (var round = 0; round < Rounds; round++)
        {
            var next = new int[producers];
            var outOfOrder = 0;
            var received = 0;
            var actor = Actor((message, context) =>
            {
                if (message is not Numbered numbered)
                {
                    context.Sender.Tell((received, outOfOrder));
                    return;
                }

                received++;
                outOfOrder += numbered.Number == next[numbered.Producer]++ ? 0 : 1;
            });

            await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(() =>
            {
                for (var number = 0; number < messages; number++)
                {
                    actor.Tell(new Numbered(producer, number));
                }
            })));

            Assert.Equal((producers * messages, 0), await actor.Ask<(int, int)>("report", Patience));
            Sys.Stop(actor);
        }
    }

    [Fact]
    public void Messages_from_one_actor_arrive_in_order_while_other_actors_interfere()
    {
        const int messages = 500;
        for (var round = 0; round < 20; round++)
        {
            var next = new Dictionary<IActorRef, int>();
            var violations = 0;
            var finished = 0;
            var receiver = Actor((message, context) =>
            {
                var expected = next.GetValueOrDefault(context.Sender);
                violations += (int)message == expected ? 0 : 1;
                next[context.Sender] = expected + 1;
                if (expected + 1 == messages && ++finished == 4)
                {
                    TestActor.Tell(violations);
                }
            });

            for (var i = 0; i < 4; i++)
            {
                Actor((_, context) =>
                {
                    for (var number = 0; number < messages; number++)
                    {
                        receiver.Tell(number, context.Self);
                    }
                }).Tell("go");
            }

            ExpectMsg(0);
        }
    }

    [Fact]
    public async Task An_actor_handles_one_message_at_a_time_and_sees_its_own_writes_on_any_thread()
    {
        const int producers = 4;
        const int messages = 2_000;
        for (var round = 0; round < 20; round++)
        {
            // Plain fields: only the mailbox orders the accesses.
            var inside = 0;
            var overlaps = 0;
            var sum = 0L;
            var history = new List<int>();
            var actor = Actor((message, context) =>
            {
                if (message is string)
                {
                    context.Sender.Tell((overlaps, sum, history.Count));
                    return;
                }

                overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
                sum += (int)message;
                history.Add((int)message);
                Interlocked.Decrement(ref inside);
            });

            await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(() =>
            {
                for (var i = 1; i <= messages; i++)
                {
                    actor.Tell(i);
                }
            })));

            var expectedSum = (long)producers * messages * (messages + 1) / 2;
            Assert.Equal((0, expectedSum, producers * messages), await actor.Ask<(int, long, int)>("report", Patience));
        }
    }

    [Fact]
    public void A_ring_of_actors_passes_plain_state_along_without_losing_an_update()
    {
        const int size = 100;
        var state = new int[size];
        var ring = new IActorRef[size];
        for (var i = 0; i < size; i++)
        {
            var index = i;
            ring[i] = Actor((message, _) =>
            {
                // Every element of the array is written by one actor and read by the next: the message orders the two.
                var remaining = ((Count)message).Remaining;
                state[index] = state[(index + size - 1) % size] + 1;
                if (remaining == 0)
                {
                    TestActor.Tell(state[index]);
                }
                else
                {
                    ring[(index + 1) % size].Tell(new Count(remaining - 1));
                }
            });
        }

        ring[0].Tell(new Count((size * Rounds) - 1));

        ExpectMsg(size * Rounds);
    }

    [Fact]
    public void A_message_to_self_queues_behind_what_is_already_in_the_mailbox()
    {
        using var gate = new ManualResetEventSlim();
        var actor = Actor((message, context) =>
        {
            if (message is "first")
            {
                gate.Wait(Patience);
                context.Self.Tell("from self");
            }

            TestActor.Tell(message);
        });

        actor.Tell("first");
        actor.Tell("second");
        gate.Set();

        ExpectMsg("first");
        ExpectMsg("second");
        ExpectMsg("from self");
    }

    [Fact]
    public void Inside_an_actor_Tell_names_that_actor_as_the_sender()
    {
        var echo = Actor((_, context) => TestActor.Tell(context.Sender));
        var caller = Actor((_, _) => echo.Tell("hello"));

        caller.Tell("go");

        ExpectMsg(caller);
    }

    [Fact]
    public async Task Outside_an_actor_Tell_leaves_the_sender_to_the_dead_letters()
    {
        var seen = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Actor((_, context) => seen.TrySetResult(context.Sender));

        // A fresh thread: the TestKit makes its own threads send as the test actor.
        new Thread(() => actor.Tell("hello")).Start();

        Assert.Equal(Sys.DeadLetters, await seen.Task.WaitAsync(Patience));
    }

    [Fact]
    public void Forward_keeps_the_original_sender()
    {
        var echo = Echo();
        var middle = Actor((message, _) => echo.Forward(message));

        middle.Tell("hello", TestActor);

        ExpectMsg("hello");
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public void Telling_null_is_refused_and_leaves_the_actor_alive()
    {
        var echo = Echo();
        echo.Tell("started", TestActor);
        ExpectMsg("started");

        Assert.Throws<ArgumentNullException>(() => echo.Tell(null!, TestActor));

        echo.Tell("still here", TestActor);
        ExpectMsg("still here");
    }
}
