using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Stashing;

/// <summary>Setting messages aside, and when and where they come back.</summary>
public sealed class StashTests : ConformanceTest
{
    [Fact]
    public void Unstashed_messages_come_back_in_their_order_before_the_rest_of_the_mailbox()
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var gate = new ManualResetEventSlim();
            var actor = Start();

            actor.Tell(1);
            actor.Tell(2);
            actor.Tell(3);
            actor.Tell((gate, "open"));
            actor.Tell(4);
            actor.Tell(5);
            gate.Set();

            foreach (var number in (int[])[1, 2, 3, 4, 5])
            {
                ExpectMsg(number);
            }
        }
    }

    [Fact]
    public async Task Order_per_sender_survives_stashing_while_messages_keep_coming()
    {
        const int producers = 4;
        const int messages = 200;
        for (var round = 0; round < 20; round++)
        {
            var actor = Sys.ActorOf(Props.Create(() => new OrderChecker(producers, messages, TestActor)));

            await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(() =>
            {
                for (var number = 0; number < messages; number++)
                {
                    actor.Tell((producer, number));
                    if (number == messages / 2)
                    {
                        actor.Tell("open");
                    }
                }
            })));

            ExpectMsg(0);
        }
    }

    [Fact]
    public void The_sender_comes_back_with_the_message()
    {
        var actor = Start();
        var probe = CreateTestProbe();

        actor.Tell("who", probe);
        actor.Tell("open");

        probe.ExpectMsg(probe.Ref);
    }

    [Fact]
    public void Unstash_brings_back_one_message()
    {
        var actor = Start();
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("open one");

        ExpectMsg(1);
        actor.Tell("open");
        ExpectMsg(2);
    }

    [Fact]
    public void UnstashAll_with_a_filter_brings_back_what_matches()
    {
        var actor = Start();
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(3);
        actor.Tell("open odd");

        ExpectMsg(1);
        ExpectMsg(3);
    }

    [Fact]
    public void ClearStash_hands_the_messages_over()
    {
        var actor = Start();
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("clear");

        ExpectMsg(2);
        actor.Tell("open");
        actor.Tell(3);
        ExpectMsg(3);
    }

    [Fact]
    public void Stashing_the_same_message_twice_is_an_error()
    {
        var actor = Start();

        actor.Tell("twice");

        ExpectMsg<IllegalActorStateException>();
    }

    [Fact]
    public void A_restart_brings_the_stashed_messages_back()
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var gate = new ManualResetEventSlim();
            var actor = Start();

            actor.Tell(1);
            actor.Tell(2);
            actor.Tell((gate, "crash"));
            actor.Tell("open");
            actor.Tell(3);
            gate.Set();

            // The new instance stashes 1 and 2 again, then it is told to open.
            ExpectMsg(1);
            ExpectMsg(2);
            ExpectMsg(3);
        }
    }

    [Fact]
    public void A_stop_sends_the_stashed_messages_to_the_dead_letters()
    {
        var deadLetters = CreateTestProbe();
        Sys.EventStream.Subscribe(deadLetters, typeof(DeadLetter));
        var actor = Start();
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("sync");
        ExpectMsg("sync");

        StopAndWait(actor);

        Assert.Equal([1, 2], new[] { deadLetters.ExpectMsg<DeadLetter>().Message, deadLetters.ExpectMsg<DeadLetter>().Message });
    }

    [Fact]
    public void A_message_can_be_stashed_again_after_it_has_come_back()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Patient(TestActor)));
        actor.Tell("work");
        for (var round = 0; round < Rounds; round++)
        {
            actor.Tell(round);
        }

        ExpectMsg($"work after {Rounds} refusals");
    }

    [Fact]
    public void An_actor_with_a_stash_works_as_a_child_on_a_dispatcher_of_its_own()
    {
        using var system = ActorSystem.Create("stash", "own { type = PinnedDispatcher }");
        var actor = system.ActorOf(Props.Create(() => new Door(TestActor)).WithDispatcher("own"));

        actor.Tell(1);
        actor.Tell("open");

        ExpectMsg(1);
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Door(TestActor)));

    /// <summary>Stashes until it is told to open, then reports every message.</summary>
    private sealed class Door : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef _probe;

        public Door(IActorRef probe)
        {
            _probe = probe;
            Receive<string>(text => text is "open" or "open one" or "open odd", Open);
            Receive<string>(text => text is "clear", _ => probe.Tell(Stash.ClearStash().Count()));
            Receive<string>(text => text is "sync", probe.Tell);
            Receive<string>(text => text is "twice", _ =>
            {
                Stash.Stash();
                probe.Tell(Record.Exception(Stash.Stash));
            });
            Receive<(ManualResetEventSlim Gate, string Command)>(order =>
            {
                order.Gate.Wait(Patience);
                if (order.Command == "crash")
                {
                    throw new CrashException("crash");
                }

                Open(order.Command);
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;

        private void Open(string command)
        {
            switch (command)
            {
                case "open":
                    Stash.UnstashAll();
                    break;
                case "open one":
                    Stash.Unstash();
                    break;
                case "open odd":
                    Stash.UnstashAll(envelope => envelope.Message is int number && number % 2 == 1);
                    break;
            }

            Become(() =>
            {
                Receive<string>(text => text == "open", Open);
                Receive<string>(text => text == "who", _ => Sender.Tell(Sender));
                ReceiveAny(_probe.Tell);
            });
        }
    }

    private sealed class OrderChecker : ReceiveActor, IWithStash
    {
        private int _left;
        private int _violations;

        public OrderChecker(int producers, int messages, IActorRef probe)
        {
            var next = new int[producers];
            _left = producers * messages;
            Receive<(int, int)>(_ => Stash.Stash());
            Receive<string>(_ =>
            {
                Stash.UnstashAll();
                Become(() =>
                {
                    Receive<(int Producer, int Number)>(message =>
                    {
                        _violations += message.Number == next[message.Producer]++ ? 0 : 1;
                        if (--_left == 0)
                        {
                            probe.Tell(_violations);
                        }
                    });
                    Receive<string>(_ => { });
                });
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    /// <summary>Stashes "work" again and again until it has refused it as often as there are rounds.</summary>
    private sealed class Patient : ReceiveActor, IWithUnboundedStash
    {
        private int _refusals;

        public Patient(IActorRef probe)
        {
            Receive<string>(text =>
            {
                if (_refusals < Rounds)
                {
                    Stash.Stash();
                }
                else
                {
                    probe.Tell($"{text} after {_refusals} refusals");
                }
            });
            Receive<int>(_ =>
            {
                _refusals++;
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
