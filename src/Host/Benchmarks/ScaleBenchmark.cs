using System.Diagnostics;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

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
        if (options.SetNeurons.Count > 0) SetScaleBenchmark.Run(options.SetNeurons, options.Threads, output);
        if (options.HiddenNeurons.Count == 0) return;

        using var data = Samples(options);
        output.WriteLine(
            $"networks {options.FeatureCount}-N x {options.HiddenLayers}-2, epsilon {options.Epsilon}, batch {options.BatchSize}, " +
            $"{options.Threads} threads, kernels {SparseKernels.Best}; the fastest of {options.Repetitions} training steps");
        output.WriteLine(
            $"{"neurons",11} {"connections",12} {"create s",9} {"step s",9} {"ns/connection",14} {"bytes/connection",17} " +
            $"{"activations MB",15} {"all MB",8} {"bytes/neuron",13} {"save s",8} {"load s",8} {"file MB",8} {"peak MB",8}");
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
        output.WriteLine(
            $"layer {side} x {side}, epsilon {options.Epsilon}: {connections} connections built in {fastest:0.000} s, " +
            $"{bytes / 1e6:0.0} MB; peak of the process {PeakMegabytes():0} MB");
        output.WriteLine();
    }

    private static double TrainStep(ScaleBenchmarkOptions options, int neurons, Dataset data, TextWriter output)
    {
        using var network = new ScaledNetwork(options, neurons, data);
        var step = network.Train();
        double connections = network.Connections;
        output.Write($"{network.Neurons,11} {connections,12:0} {network.CreateSeconds,9:0.00} {step,9:0.0000} ");
        output.Write($"{step / connections * 1e9,14:0.00} {network.BytesPerConnection,17:0.0} {network.ActivationBytes / 1e6,15:0} ");
        output.Write($"{network.Bytes / 1e6,8:0} {(double)network.Bytes / network.Neurons,13:0.0} ");
        output.Flush();
        if (network.SaveAndLoad(options.Folder) is { } file) output.Write($"{file.Save,8:0.0} {file.Load,8:0.0} {file.FileBytes / 1e6,8:0} ");
        else output.Write($"{"no room",8} {"",8} {"",8} ");
        output.WriteLine($"{PeakMegabytes(),8:0}");
        output.Flush();
        return step;
    }

    // The most that was resident so far.
    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
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
