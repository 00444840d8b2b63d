using System.Diagnostics;
using System.Globalization;
using ActorSparse.Actors;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using Akka.Actor;
using Akka.Configuration;

namespace ActorSparse.Bench.Protocol;

/// <summary>
/// What the protocol costs beside the arithmetic: updates a second with one and two workers, managed allocation and processor time an
/// update, the coordinator's share of a step; with "soak" memory over 10,000 epochs of small updates; with "deaths" what deaths of workers
/// cost. Run with `-- protocol [soak|deaths]`.
/// </summary>
internal static class ProtocolBenchmark
{
    private const int Batches = 100;
    private const int BatchSize = 128;

    private static readonly Config s_hocon =
        ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "laptop.conf")));

    public static async Task<int> Run(string what)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        switch (what)
        {
            case "soak":
                await Soak();
                break;
            case "deaths":
                await DeathBenchmark.Run(s_hocon);
                break;
            default:
                MeasureCoordinator();
                foreach (var workers in (int[])[1, 2, 1, 2]) await MeasureTraining(workers, new SetRule());
                await MeasureTraining(2, new StaticRule());
                break;
        }
        return 0;
    }

    private static async Task<RunResult> Train(TrainingJob job, ITrainingListener listener)
    {
        using var system = ActorSystem.Create("bench", ProtocolSettings.ForWorkers(s_hocon, job.Run.Workers));
        var result = await DistributedTrainer.RunAsync(system, job, Begin(job), listener);
        await system.Terminate();
        result.Network.Dispose();
        return result;
    }

    private static async Task MeasureTraining(int workers, ITopologyRule rule)
    {
        const int Epochs = 12;
        var job = Job(new() { LayerSizes = [784, 1000, 1000, 1000, 10] }, workers, Epochs, Batches * BatchSize, BatchSize);
        job = job with { Training = job.Training with { Rule = rule } };
        var listener = new Listener();
        var result = await Train(job, listener);
        // The first epochs compile, and fill pools and caches; the steady state is what lies between two ends of epochs.
        var (first, last) = (listener.Marks[2], listener.Marks[^2]);
        var updates = (double)(last.Updates - first.Updates);
        Print(
            $"{workers} workers, rule {rule.Name}: {updates / (last.Seconds - first.Seconds):N0} updates/s, " +
            $"{(last.Cpu - first.Cpu) / updates * 1e3:0.00} ms of processor time and " +
            $"{(last.Allocated - first.Allocated) / updates:N0} bytes " +
            $"allocated an update, staleness {result.Status.StalenessMean:0.00}/{result.Status.StalenessMax}");
    }

    // What the coordinator does for an update, on one thread, against what a worker does.
    private static void MeasureCoordinator()
    {
        var job = Job(new() { LayerSizes = [784, 1000, 1000, 1000, 10] }, 1, 1, Batches * BatchSize, BatchSize);
        using var server = new ParameterServer(Network.Create(job.Spec, job.Random), job, 32, 0, Batches);
        using var pool = new WorkSetPool(2);
        using var compute = new NetworkCompute();
        using var gradient = new BatchGradient(
            job.Spec, job.TrainingSet, new(job.TrainingSet.SampleCount, BatchSize, job.Random), job.Training, compute, job.Random);
        var (step, update) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var batch = 0; batch < Batches; batch++)
        {
            var work = pool.Rent(server.Network, withVelocities: false);
            var started = Stopwatch.GetTimestamp();
            gradient.Compute(work.Replica, 0, batch, work.Gradients);
            var computed = Stopwatch.GetTimestamp();
            server.Admit(work.Gradients, server.ModelVersion, meanLoss: 1, out _);
            server.Apply(work.Gradients, server.ModelVersion);
            pool.Return(work);
            pool.Return(pool.Rent(server.Network, withVelocities: false));
            step = Math.Min(step, Stopwatch.GetElapsedTime(started, computed).TotalMilliseconds);
            update = Math.Min(update, Stopwatch.GetElapsedTime(computed).TotalMilliseconds);
        }
        Print($"a step computes for {step:0.000} ms; the coordinator's part (check, update, copy) takes {update:0.000} ms, " +
            $"{update / step:P1} of it");
    }

    private static async Task Soak()
    {
        const int Epochs = 10_000;
        var job = Job(new() { LayerSizes = [16, 24, 16, 4], Epsilon = 3 }, 2, Epochs, 64, 16);
        var listener = new Listener { Every = 1000 };
        var result = await Train(job, listener);
        Print($"{result.Outcome}, {result.Status.Updates:N0} updates");
    }

    private static TrainingJob Job(NetworkSpec spec, int workers, int epochs, int samples, int batchSize) => new()
    {
        RunId = (ulong)Environment.TickCount64,
        Spec = spec,
        Training = new() { Epochs = epochs, BatchSize = batchSize },
        Run = new() { Workers = workers, PhaseTwoFraction = 0 },
        Seed = 1,
        TrainingSet = Noise(samples, spec.LayerSizes[0], spec.LayerSizes[^1]),
    };

    private static RunState Begin(TrainingJob job) => RunState.Initial(Network.Create(job.Spec, job.Random), job);

    private static DenseDataset Noise(int samples, int features, int classes)
    {
        var random = new RandomSource(3).Stream("noise");
        var values = new NativeBuffer<float>((long)samples * features);
        for (long index = 0; index < values.Length; index++) values[index] = random.NextSingle() - 0.5f;
        var labels = new int[samples];
        foreach (ref var label in labels.AsSpan()) label = random.NextInt32(classes);
        return new("noise", values, features, labels, classes);
    }

    private static void Print(string text) => Console.WriteLine(text);

    private sealed class Listener : ITrainingListener
    {
        public int Every { get; init; } = int.MaxValue;

        public List<(double Seconds, double Cpu, long Allocated, long Updates)> Marks { get; } = [];

        public void OnEpoch(EpochMetrics metrics)
        {
            using var process = Process.GetCurrentProcess();
            if (Every == int.MaxValue)
                Marks.Add((Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, process.TotalProcessorTime.TotalSeconds,
                GC.GetTotalAllocatedBytes(), metrics.Updates));
            if (metrics.Epoch % Every == 0)
                Print($"epoch {metrics.Epoch:N0}: {GC.GetTotalMemory(forceFullCollection: true):N0} managed bytes, " +
                    $"{process.WorkingSet64:N0} in memory");
        }

        public void OnStatus(RunStatus status) { }

        public void OnEvent(RunEvent kind, string text) { }
    }
}
