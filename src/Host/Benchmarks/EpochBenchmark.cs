using System.Diagnostics;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Benchmarks;

/// <summary>Seconds of one training epoch, everything but evaluation, and where they go.</summary>
internal static class EpochBenchmark
{
    private enum Part
    {
        Fill,
        Forward,
        Backward,
        Update,
        Evolve,
    }

    /// <summary>Measures and writes a table.</summary>
    public static void Run(EpochBenchmarkOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var spec = new NetworkSpec { LayerSizes = options.LayerSizes, Epsilon = options.Epsilon };
        if (options.Sparsity is { } sparsity) spec = spec.WithSparsity(sparsity);
        using var data = Images(options.SampleCount, options.LayerSizes[0], options.LayerSizes[^1]);
        var training = new TrainingOptions
        {
            Epochs = options.Repetitions + 1,
            BatchSize = options.BatchSize,
            Dropout = options.Dropout,
            Activations = options.Activations,
            // Labels are random: at a rate to learn by, dense networks would diverge.
            Optimizer = new() { LearningRate = 1e-4 },
        };
        using (var network = Network.Create(spec, new RandomSource(1)))
            output.WriteLine($"network {SpecNames.FormatLayerSizes(options.LayerSizes)}, {network.ConnectionCount} connections, " +
                $"{DataShard.TotalBatches(options.SampleCount, options.BatchSize)} batches of {options.BatchSize}, " +
                $"kernels {SparseKernels.Best}; the fastest of {options.Repetitions} epochs");
        output.WriteLine(
            $"{"threads",7} {"epoch s",9} {"samples/s",10}   {"fill",7} {"forward",7} {"backward",8} {"update",7} {"evolve",7}");
        foreach (var threads in options.Threads)
        {
            using var compute = new NetworkCompute(threads: threads);
            var epoch = MeasureEpoch(spec, data, training, compute);
            var parts = MeasureParts(spec, data, training, compute);
            output.Write($"{threads,7} {epoch,9:0.000} {options.SampleCount / epoch,10:0}   {parts[(int)Part.Fill],7:0.000} ");
            output.Write($"{parts[(int)Part.Forward],7:0.000} {parts[(int)Part.Backward],8:0.000} ");
            output.WriteLine($"{parts[(int)Part.Update],7:0.000} {parts[(int)Part.Evolve],7:0.000}");
            output.Flush();
        }
    }

    // The trainer itself; its first epoch warms up.
    private static double MeasureEpoch(NetworkSpec spec, Dataset data, TrainingOptions training, NetworkCompute compute)
    {
        using var network = Network.Create(spec, new RandomSource(1));
        var observer = new FastestEpoch();
        using var trainer = new SequentialTrainer(network, data, null, training, compute, new TrainingState { Seed = 1 }, observer);
        trainer.Run();
        return observer.Seconds;
    }

    // The same steps with a stopwatch between them; each part's fastest epoch counts.
    private static double[] MeasureParts(NetworkSpec spec, Dataset data, TrainingOptions training, NetworkCompute compute)
    {
        var random = new RandomSource(1);
        using var network = Network.Create(spec, random);
        using var workspace = new Workspace(spec, training.BatchSize, training.EvolvesByEvidence) { Format = training.Activations };
        using var gradients = new GradientSet(network.Parameters);
        var shard = new DataShard(data.SampleCount, training.BatchSize, random);
        var updater = new ModelUpdater(network.Parameters, compute, training.Optimizer, shard.BatchCount, training.Epochs);
        var labels = new int[shard.BatchSize];
        double[] fastest = [.. Enum.GetValues<Part>().Select(_ => double.PositiveInfinity)];
        for (var epoch = 0; epoch < training.Epochs; epoch++)
        {
            var seconds = new double[fastest.Length];
            for (var batch = 0; batch < shard.BatchCount; batch++)
            {
                var samples = shard.Batch(epoch, batch).ToArray();
                for (var index = 0; index < samples.Length; index++) labels[index] = data.Labels[samples[index]];
                seconds[(int)Part.Fill] += Time(() => compute.Fill(data, samples, workspace.Input));
                var key = random.Key("dropout", epoch, batch);
                seconds[(int)Part.Forward] += Time(() => compute.ForwardTraining(network, workspace, (float)training.Dropout, key));
                seconds[(int)Part.Backward] += Time(() => compute.Backward(network, workspace, labels, gradients, []));
                seconds[(int)Part.Update] += Time(() => updater.Apply(gradients));
            }
            seconds[(int)Part.Evolve] = Time(() =>
            {
                using var evolution = EpochEvolution.Run(network, training, random, epoch);
            });
            for (var part = 0; part < fastest.Length; part++) fastest[part] = Math.Min(fastest[part], seconds[part]);
        }
        return fastest;
    }

    private static double Time(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    // Half of the pixels of a Fashion-MNIST image are black.
    private static DenseDataset Images(int samples, int features, int classes)
    {
        var random = new RandomSource(1).Stream("images");
        var pixels = new NativeBuffer<byte>((long)samples * features, zeroed: false);
        for (long pixel = 0; pixel < pixels.Length; pixel++)
        {
            var bits = random.NextUInt32();
            pixels[pixel] = (bits & 0x100) == 0 ? (byte)0 : (byte)bits;
        }
        var labels = new int[samples];
        for (var sample = 0; sample < samples; sample++) labels[sample] = random.NextInt32(classes);
        var data = new DenseDataset("random images", pixels, features, labels, classes);
        data.Standardize(Standardization.Measure(data));
        return data;
    }

    private sealed class FastestEpoch : TrainingObserver
    {
        public double Seconds { get; private set; } = double.PositiveInfinity;

        public override void OnEpoch(EpochMetrics metrics, TrainingState state)
        {
            if (metrics.Epoch > 1) Seconds = Math.Min(Seconds, metrics.TrainSeconds + metrics.EvolveSeconds);
        }
    }
}
