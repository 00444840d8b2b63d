using System.Globalization;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// An epoch of the networks for which the authors of SET state how long one takes on a laptop (github.com/dcmocanu, repository
/// sparse-evolutionary-artificial-neural-networks, README and set_mlp_sparse_data_structures.py): the lung data's 203 samples of 3,312
/// features in 5 classes, two thirds to train on; three hidden layers of ReLU, sigmoid outputs and their squared error, epsilon 20, batches
/// of 2, zeta 0.3. Here the samples are random: time does not depend on what they are.
/// </summary>
internal static class SetScaleBenchmark
{
    private const int Features = 3312, Classes = 5, TrainCount = 135, TestCount = 68;

    /// <summary>Neurons of a hidden layer, and the minutes that the authors state.</summary>
    public static IReadOnlyList<(int Neurons, double Minutes)> Stated { get; } = [(3_000, 0.3), (30_000, 3), (300_000, 49), (600_000, 112)];

    /// <summary>Measures an epoch for those of <paramref name="neurons"/> a hidden layer and writes a table.</summary>
    public static void Run(IEnumerable<int> neurons, int threads, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(neurons);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"an epoch of {Features}-N-N-N-{Classes}, epsilon 20, batch 2, {TrainCount} samples, evolved and evaluated; {threads} threads, "
            + $"kernels {SparseKernels.Best}; beside it what SET's authors state of a laptop");
        output.WriteLine($"{"neurons",11} {"connections",12} {"train s",9} {"evolve s",9} {"evaluate s",10} {"minutes",8} {"authors",8}");
        using var compute = new NetworkCompute(threads: threads);
        using var train = Samples(TrainCount, 1);
        using var test = Samples(TestCount, 2);
        foreach (var count in neurons) Measure(count, compute, train, test, output);
        output.WriteLine();
    }

    private static void Measure(int neurons, NetworkCompute compute, Dataset train, Dataset test, TextWriter output)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = [Features, neurons, neurons, neurons, Classes],
            HiddenActivation = new(ActivationKind.Relu),
            OutputActivation = new(ActivationKind.Sigmoid),
            Loss = LossKind.MeanSquaredError,
        };
        using var watch = new FirstEpoch();
        using var network = Network.Create(spec, new RandomSource(1));
        using var trainer = new SequentialTrainer(
            network, train, test, new() { Epochs = 2, BatchSize = 2, Dropout = 0 }, compute, new() { Seed = 1 }, watch);
        try
        {
            // One epoch: what comes after it is not measured.
            trainer.Run(watch.Over);
        }
        catch (OperationCanceledException) when (watch.Over.IsCancellationRequested)
        {
        }
        var metrics = watch.Metrics!;
        var minutes = (metrics.TrainSeconds + metrics.EvolveSeconds + metrics.EvaluateSeconds) / 60;
        var stated = Stated.Where(entry => entry.Neurons == neurons).Select(entry => entry.Minutes.ToString(CultureInfo.InvariantCulture));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{spec.LayerSizes.Sum(),11} {network.ConnectionCount,12} {metrics.TrainSeconds,9:0.00} {metrics.EvolveSeconds,9:0.00} "
                + $"{metrics.EvaluateSeconds,10:0.00} {minutes,8:0.000} {stated.FirstOrDefault(""),8}"));
        output.Flush();
    }

    private static DenseDataset Samples(int count, int seed)
    {
        var random = new RandomSource(1).Stream("samples", seed);
        var values = new NativeBuffer<float>((long)count * Features, zeroed: false);
        for (long position = 0; position < values.Length; position++) values[position] = (float)random.NextGaussian();
        return new DenseDataset("random samples", values, Features, [.. Enumerable.Range(0, count).Select(sample => sample % Classes)], Classes);
    }

    private sealed class FirstEpoch : TrainingObserver, IDisposable
    {
        private readonly CancellationTokenSource _over = new();

        public CancellationToken Over => _over.Token;

        public EpochMetrics? Metrics { get; private set; }

        public void Dispose() => _over.Dispose();

        public override void OnEpoch(EpochMetrics metrics, TrainingState state)
        {
            Metrics = metrics;
            _over.Cancel();
        }
    }
}
