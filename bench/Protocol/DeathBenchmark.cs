using ActorSparse.Actors;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Bench.Protocol;

/// <summary>
/// What deaths of workers cost: Fashion-MNIST with the recipe's network, two workers, 10 epochs, three seeds, undisturbed and with workers
/// that throw at random, every 300 batches on average. Run with `-- protocol deaths`.
/// </summary>
internal static class DeathBenchmark
{
    private const int Epochs = 10;
    private const int BatchesPerDeath = 300;

    public static async Task Run(Config hocon)
    {
        var system = ActorSystem.Create("deaths", ConfigurationFactory.ParseString("akka.loglevel = OFF").WithFallback(hocon));
        using var data = DataSource.Load(new() { Name = "fashion-mnist" });
        for (ulong seed = 1; seed <= 3; seed++)
        {
            await Train(system, data, seed, dies: false);
            await Train(system, data, seed, dies: true);
        }
        await system.Terminate();
    }

    private static async Task Train(ActorSystem system, DataPair data, ulong seed, bool dies)
    {
        var job = new TrainingJob
        {
            RunId = (ulong)Environment.TickCount64,
            Spec = new() { LayerSizes = [784, 1000, 1000, 1000, 10], Epsilon = 20 },
            Training = new() { Epochs = Epochs },
            Run = new() { Workers = 2 },
            Seed = seed,
            TrainingSet = data.Train,
            EvaluationSet = data.Test,
        };
        var deaths = new Deaths(seed);
        var listener = new Listener();
        var result = await DistributedTrainer.RunAsync(
            system, job, RunState.Initial(Network.Create(job.Spec, job.Random), job), listener, change: setup => setup.WithWorkers(beforeBatch: dies ? deaths.BeforeBatch : null));
        result.Network.Dispose();
        Console.WriteLine(
            $"seed {seed}, {result.Status.WorkersLost} deaths: {result.Outcome}, test accuracy {listener.Last!.TestScore:0.0000}, " +
            $"best {listener.Last.BestTestScore:0.0000}");
    }

    private sealed class Deaths(ulong seed)
    {
        private readonly RandomStream _random = new RandomSource(seed).Stream("deaths");
        private readonly Lock _lock = new();

        public void BeforeBatch(string worker, DataShard shard, int epoch, int batch)
        {
            lock (_lock)
                if (_random.NextInt32(BatchesPerDeath) > 0) return;
            throw new InvalidOperationException($"the benchmark kills a worker before batch {batch + 1} of epoch {epoch + 1}");
        }
    }

    private sealed class Listener : ITrainingListener
    {
        public EpochMetrics? Last { get; private set; }

        public void OnEpoch(EpochMetrics summary) => Last = summary;

        public void OnStatus(RunStatus status) { }

        public void OnEvent(RunEvent kind, string text) { }
    }
}
