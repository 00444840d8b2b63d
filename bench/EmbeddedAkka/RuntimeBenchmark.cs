using System.Diagnostics;
using Akka.Actor;

namespace ActorSparse.Bench.EmbeddedAkka;

/// <summary>
/// What the Akka runtime costs that this was built with, embedded or official: <c>dotnet run -c Release --project bench -- akka</c>.
/// Plain loops over whole scenarios; each figure is the best of several rounds, since other work on the machine only makes it worse.
/// </summary>
internal static class RuntimeBenchmark
{
    private const int Rounds = 7;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task<int> Run()
    {
        using var system = ActorSystem.Create("bench", """
            akka { loglevel = WARNING, log-dead-letters = off }
            pinned { type = PinnedDispatcher, throughput = 1 }
            """);
        var assembly = typeof(ActorSystem).Assembly.GetName();
        Console.WriteLine($"{assembly.Name} {assembly.Version}, .NET {Environment.Version}, {Environment.ProcessorCount} cores");
        await OneWay(system, 10_000_000);
        await OneWayFromManyThreads(system, 10_000_000);
        await AskRoundTrip(system, 200_000);
        await CreateAndStop(system, 100_000);
        await TimerBesideBusyWorker(system, 200);
        await system.Terminate();
        return 0;
    }

    private static async Task OneWay(ActorSystem system, int messages)
    {
        var counter = system.ActorOf(Props.Create(() => new Counter()));
        var message = new object();
        var allocatedBytes = 0L;
        var seconds = await Best(async () =>
        {
            var before = GC.GetTotalAllocatedBytes();
            for (var i = 0; i < messages; i++)
                counter.Tell(message, ActorRefs.NoSender);
            await Reached(counter, messages);
            allocatedBytes = GC.GetTotalAllocatedBytes() - before;
        });
        var rate = messages / seconds / 1e6;
        Console.WriteLine($"one-way, 1 sender: {rate:F1} million messages/s, {(double)allocatedBytes / messages:F0} bytes/message");
    }

    private static async Task OneWayFromManyThreads(ActorSystem system, int messages)
    {
        var counter = system.ActorOf(Props.Create(() => new Counter()));
        var message = new object();
        var senders = Environment.ProcessorCount;
        var seconds = await Best(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
            {
                for (var i = 0; i < messages / senders; i++)
                    counter.Tell(message, ActorRefs.NoSender);
            })));
            await Reached(counter, messages / senders * senders);
        });
        Console.WriteLine($"one-way, {senders} senders: {messages / seconds / 1e6:F1} million messages/s");
    }

    private static async Task AskRoundTrip(ActorSystem system, int asks)
    {
        var echo = system.ActorOf(Props.Create(() => new Echo()));
        var question = new object();
        var seconds = await Best(async () =>
        {
            for (var i = 0; i < asks; i++)
                await echo.Ask<object>(question, s_patience);
        });
        Console.WriteLine($"ask round trip: {seconds / asks * 1e6:F2} us");
    }

    private static async Task CreateAndStop(ActorSystem system, int actors)
    {
        var parent = system.ActorOf(Props.Create(() => new Parent()));
        var seconds = await Best(async () => await parent.Ask<string>(actors, s_patience));
        Console.WriteLine($"{actors} actors created, watched and stopped: {seconds:F2} s");
    }

    // The timer alone tells how much of its lateness is the machine's.
    private static async Task TimerBesideBusyWorker(ActorSystem system, int samples)
    {
        Report("timer alone", await Late());
        var worker = system.ActorOf(Props.Create(() => new BusyWorker()).WithDispatcher("pinned"));
        worker.Tell("compute");
        Report("timer beside a computing pinned worker", await Late());
        await worker.GracefulStop(s_patience);

        Task<double[]> Late() => system.ActorOf(Props.Create(() => new Lateness())).Ask<double[]>(samples, s_patience);

        void Report(string what, double[] late)
        {
            Array.Sort(late);
            var (median, nearlyMost) = (late[samples / 2], late[samples * 95 / 100]);
            Console.WriteLine($"{what}: late by {median:F1} ms (median), {nearlyMost:F1} ms (95 %), {late[^1]:F1} ms (most)");
        }
    }

    // The answer comes behind all messages sent before.
    private static async Task Reached(IActorRef counter, int messages)
    {
        var seen = await counter.Ask<int>("count", s_patience);
        if (seen != messages)
            throw new InvalidOperationException($"{messages} messages were sent, {seen} arrived");
    }

    private static async Task<double> Best(Func<Task> round)
    {
        var best = double.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            await round();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return best;
    }
}
