using System.Diagnostics;
using Akka.Actor;

namespace Akka.Simulation.Tests;

public sealed class OrderTests
{
    private sealed record Numbered(string From, int Number);

    [Fact]
    public void The_same_seed_gives_the_same_trace()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            Assert.Equal(Trace(seed), Trace(seed));
        }
    }

    // Akka.NET keeps children by name in an order of hash codes, which differ from process to process.
    [Fact]
    public async Task Children_that_end_together_do_so_in_the_same_order_in_another_process()
    {
        using var other = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(OrderTests).Assembly.Location])
        {
            RedirectStandardOutput = true,
        })!;
        var traces = await other.StandardOutput.ReadToEndAsync();
        await other.WaitForExitAsync();
        Assert.Equal(FamilyTraces(), traces.TrimEnd());
    }

    [Fact]
    public void Different_seeds_give_different_traces()
    {
        var traces = Enumerable.Range(1, 50).Select(seed => Trace(seed)).ToHashSet();

        Assert.Equal(50, traces.Count);
    }

    [Fact]
    public void The_trace_names_what_happened_to_whom()
    {
        var trace = Trace(1);

        Assert.Matches(@"\d+ 00:00:00\S* Deliver    /user/a go\n", trace);
        Assert.Matches(@"\d+ 00:00:00\S* Deliver    /user/sink <- /user/a: Numbered \{ From = a, Number = 0 \}\n", trace);
    }

    [Fact]
    public void Messages_of_one_sender_keep_their_order_whatever_is_delayed()
    {
        var interleavings = new HashSet<string>();
        SimulationSeeds.RunAll(1, 200, seed =>
        {
            using var simulation = new ActorSimulation(seed, new FaultPlan { DelayProbability = 0.3 });
            var received = Receive(simulation);
            foreach (var ofOneSender in received.GroupBy(message => message.From))
            {
                Assert.Equal(Enumerable.Range(0, 5), ofOneSender.Select(message => message.Number));
            }

            interleavings.Add(string.Concat(received.Select(message => message.From)));
            return simulation.Digest;
        });
        Assert.InRange(interleavings.Count, 150, 200);
    }

    [Fact]
    public void Messages_of_one_sender_leave_their_order_where_the_plan_allows_it()
    {
        var plan = new FaultPlan
        {
            ReorderProbability = 0.5,
            MayReorder = message => message.Message is Numbered { From: "a" },
        };
        var disordered = new HashSet<long>();
        SimulationSeeds.RunAll(1, 50, seed =>
        {
            using var simulation = new ActorSimulation(seed, plan);
            var received = Receive(simulation);
            Assert.Equal(Enumerable.Range(0, 5), received.Where(message => message.From == "b").Select(message => message.Number));
            var numbers = received.Where(message => message.From == "a").Select(message => message.Number).ToList();
            Assert.Equal(5, numbers.Distinct().Count());
            if (!numbers.SequenceEqual(numbers.Order()))
                disordered.Add(seed);
            return simulation.Digest;
        });
        Assert.InRange(disordered.Count, 25, 50);
    }

    [Fact]
    public void A_race_between_two_actors_is_found_and_reported_with_the_seed()
    {
        var failure = Assert.Throws<SimulationException>(() => SimulationSeeds.RunAll(1, 1000, RunLostUpdate));

        var seed = long.Parse(failure.Message.Split(' ', ',')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"ACTORSPARSE_SIMULATION_SEEDS={seed} ./test", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/user/account", failure.Message, StringComparison.Ordinal);
        var again = Assert.Throws<SimulationException>(() => RunLostUpdate(seed));
        Assert.Equal(failure.Message, again.Message);
    }

    [Fact]
    public void Several_systems_talk_to_each_other() => SimulationSeeds.RunAll(1, 20, seed =>
    {
        using var simulation = new ActorSimulation(seed, new FaultPlan { DelayProbability = 0.5 });
        var answers = new List<object>();
        var server = simulation.CreateSystem("server").ActorOf(
            LambdaActor.Props((message, context) => context.Sender.Tell($"re {message}")));
        var client = simulation.CreateSystem("client").ActorOf(LambdaActor.Props((message, context) =>
        {
            if (message is "start")
                server.Tell("hello");
            else
                answers.Add(message);
        }));

        client.Tell("start");
        simulation.Run();

        Assert.Equal(["re hello"], answers);
        return simulation.Digest;
    });

    /// <summary>Two clients read a balance and write it back with one more; between read and write the other may come.</summary>
    private static ulong RunLostUpdate(long seed)
    {
        using var simulation = new ActorSimulation(seed);
        var system = simulation.CreateSystem("race");
        var balance = 0;
        var written = 0;
        var account = system.ActorOf(
            LambdaActor.Props((message, context) =>
            {
                if (message is int value)
                {
                    balance = value;
                    written++;
                }
                else
                {
                    context.Sender.Tell(balance);
                }
            }),
            "account");
        for (var i = 0; i < 2; i++)
        {
            system.ActorOf(
                LambdaActor.Props((message, context) => account.Tell((int)message + 1), context => account.Tell("read", context.Self)),
                $"client{i}");
        }

        simulation.Invariant = () => Assert.Equal(written, balance);
        simulation.Run();
        return simulation.Digest;
    }

    /// <summary>An actor with ten children ends, and they with it: five seeds of it.</summary>
    internal static string FamilyTraces() => string.Join('\n', Enumerable.Range(1, 5).Select(seed =>
    {
        using var simulation = new ActorSimulation(seed);
        var system = simulation.CreateSystem("family");
        system.Stop(system.ActorOf(LambdaActor.Props((_, _) => { }, context =>
        {
            for (var i = 0; i < 10; i++)
                context.ActorOf(LambdaActor.Props((_, _) => { }), $"child{i}");
        })));
        simulation.Run();
        return string.Join('\n', simulation.Trace) + $"\n{simulation.Digest}";
    }));

    private static string Trace(long seed)
    {
        using var simulation = new ActorSimulation(seed, new FaultPlan { DelayProbability = 0.1 });
        Receive(simulation);
        return string.Join('\n', simulation.Trace) + $"\n{simulation.Digest}";
    }

    /// <summary>Three senders with five messages each for one receiver.</summary>
    private static List<Numbered> Receive(ActorSimulation simulation)
    {
        var system = simulation.CreateSystem("order");
        var received = new List<Numbered>();
        var sink = system.ActorOf(LambdaActor.Props((message, _) => received.Add((Numbered)message)), "sink");
        foreach (var name in new[] { "a", "b", "c" })
        {
            var sender = system.ActorOf(
                LambdaActor.Props((_, context) =>
                {
                    for (var i = 0; i < 5; i++)
                    {
                        sink.Tell(new Numbered(name, i), context.Self);
                    }
                }),
                name);
            sender.Tell("go");
        }

        simulation.Run();
        Assert.Equal(15, received.Count);
        return received;
    }
}
