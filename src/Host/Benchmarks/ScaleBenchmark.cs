using System.Diagnostics;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Benchmarks;

/// <summary>How building and training grow with the number of neurons: time and memory must be linear in the connections.</summary>
internal static class ScaleBenchmark
{
    /// <summary>Measures and writes two tables.</summary>
    public static void Run(ScaleBenchmarkOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if (options.LayerSide > 0) BuildLayer(options, output);
        if (options.HiddenNeurons.Count == 0) return;

        using var data = Samples(options);
        output.WriteLine(
            $"networks {options.FeatureCount}-N x {options.HiddenLayers}-2, epsilon {options.Epsilon}, batch {options.BatchSize}, " +
            $"{options.Threads} threads, kernels {SparseKernels.Best}; the fastest of {options.Repetitions} training steps");
        output.WriteLine(
            $"{"neurons",11} {"connections",12} {"create s",9} {"step s",9} {"ns/connection",14} {"bytes/connection",17} " +
            $"{"activations MB",15} {"all MB",8}");
        var points = new List<(double Neurons, double StepSeconds)>();
        foreach (var neurons in options.HiddenNeurons) points.Add((neurons, TrainStep(options, neurons, data, output)));
        if (points.Count < 2) return;
        var (first, last) = (points[0], points[^1]);
        var exponent = Math.Log(last.StepSeconds / first.StepSeconds) / Math.Log(last.Neurons / first.Neurons);
        output.WriteLine(
            $"seconds a step grow as neurons to the power {exponent:0.000} from {first.Neurons:0} to {last.Neurons:0} (1 is linear)");
    }

    private static void BuildLayer(ScaleBenchmarkOptions options, TextWriter output)
    {
        var random = new RandomSource(1);
        var side = options.LayerSide;
        var fastest = double.PositiveInfinity;
        long connections = 0, bytes = 0;
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            var started = Stopwatch.GetTimestamp();
            using var topology = ErdosRenyi.Sample(side, side, options.Epsilon, random.Stream("topology", repetition));
            using var layer = new SparseBlock(topology);
            new WeightSampler(Initializer.Normal, side, side).Fill(layer.Values, random.Stream("weights", repetition));
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalSeconds);
            (connections, bytes) = (topology.ConnectionCount, layer.Bytes);
        }
        using var process = Process.GetCurrentProcess();
        output.WriteLine(
            $"layer {side} x {side}, epsilon {options.Epsilon}: {connections} connections built in {fastest:0.000} s, " +
            $"{bytes / 1e6:0.0} MB; peak of the process {process.PeakWorkingSet64 / 1e6:0} MB");
        output.WriteLine();
    }

    private static double TrainStep(ScaleBenchmarkOptions options, int neurons, Dataset data, TextWriter output)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = [options.FeatureCount, .. Enumerable.Repeat(neurons / options.HiddenLayers, options.HiddenLayers), 2],
            Epsilon = options.Epsilon,
            Initializer = Initializer.Normal,
        };
        var training = new TrainingOptions { Epochs = options.Repetitions + 1, BatchSize = options.BatchSize, Dropout = 0 };
        var random = new RandomSource(1);
        var started = Stopwatch.GetTimestamp();
        using var network = Network.Create(spec, random);
        var createSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        using var compute = new NetworkCompute(threads: options.Threads);
        var shard = new DataShard(data.SampleCount, options.BatchSize, random);
        using var batchGradient = new BatchGradient(spec, data, shard, training, compute, random);
        using var gradients = new GradientSet(network.Parameters);
        var updater = new ModelUpdater(network.Parameters, compute, training.Optimizer, shard.BatchCount, training.Epochs);
        var fastest = double.PositiveInfinity;
        for (var step = 0; step <= options.Repetitions; step++)
        {
            started = Stopwatch.GetTimestamp();
            batchGradient.Compute(network, step, 0, gradients);
            updater.Apply(gradients);
            // The first step touches memory for the first time.
            if (step > 0) fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        Report(network, gradients, batchGradient.Workspace, createSeconds, fastest, output);
        return fastest;
    }

    private static void Report(
        Network network, GradientSet gradients, Workspace workspace, double createSeconds, double stepSeconds, TextWriter output)
    {
        double connections = network.ConnectionCount;
        var gradientBytes = gradients.Sparse.Sum(values => values.Bytes);
        var indexBytes = network.ConnectionCount * sizeof(int);
        var valueBytes = network.Parameters.Sparse.Sum(block => block.Values.Bytes + block.Velocities.Bytes);
        double all = network.Parameters.Bytes + gradients.Dense.Sum(biases => biases.Bytes) + workspace.Bytes;
        var neurons = network.Spec.LayerSizes.Skip(1).SkipLast(1).Sum(size => (long)size);
        output.Write($"{neurons,11} {connections,12:0} {createSeconds,9:0.00} {stepSeconds,9:0.0000} ");
        output.Write($"{stepSeconds / connections * 1e9,14:0.00} {(indexBytes + valueBytes + gradientBytes) / connections,17:0.0} ");
        output.WriteLine($"{workspace.Bytes / 1e6,15:0} {(all + gradientBytes) / 1e6,8:0}");
        output.Flush();
    }

    private static DenseDataset Samples(ScaleBenchmarkOptions options)
    {
        var random = new RandomSource(1).Stream("samples");
        var count = Math.Max(2, options.BatchSize);
        var values = new NativeBuffer<float>((long)count * options.FeatureCount, zeroed: false);
        for (long position = 0; position < values.Length; position++) values[position] = (float)random.NextGaussian();
        int[] labels = [.. Enumerable.Range(0, count).Select(sample => sample % 2)];
        return new DenseDataset("random samples", values, options.FeatureCount, labels, 2);
    }
}
