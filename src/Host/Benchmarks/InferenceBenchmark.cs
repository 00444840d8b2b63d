using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// The measured loop behind `actorsparse bench inference`: how long small batches wait for their predictions, from samples in memory to
/// outputs, the way predict and the library take.
/// </summary>
internal static class InferenceBenchmark
{
    private const int RepetitionsMin = 20, SampleCount = 1000;
    private const double SecondsMax = 2;

    /// <summary>Measures and writes a table.</summary>
    public static void Run(InferenceBenchmarkOptions options, Network network, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(output);
        using var samples = Samples(network.Spec);
        using var compute = new NetworkCompute(SparseKernels.Named(options.Kernels), options.Threads);
        using var workspaces = new Workspaces(network.Spec);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"network {network.Spec.Describe()}, {network.ConnectionCount} connections, {options.Threads} thread(s), kernels {compute.Kernels}"));
        output.WriteLine($"{"batch",5} {"median us",10} {"p99 us",10} {"us/sample",10} {"ns/connection",14}");
        foreach (var batch in options.BatchSizes)
        {
            var times = Measure(options, compute, network, workspaces, samples, batch);
            var median = times[times.Count / 2];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{batch,5} {median,10:0.0} {times[(int)(0.99 * times.Count)],10:0.0} {median / batch,10:0.00} " +
                $"{1e3 * median / batch / network.ConnectionCount,14:0.000}"));
            output.Flush();
        }
    }

    // Other samples every time, as they come to a server; their microseconds, ascending.
    private static List<double> Measure(
        InferenceBenchmarkOptions options, NetworkCompute compute, Network network, Workspaces workspaces, Dataset samples, int batch)
    {
        var times = new List<double>();
        var began = Stopwatch.GetTimestamp();
        // The first tenth warms up.
        for (var repetition = 0; repetition < options.Repetitions * 11 / 10; repetition++)
        {
            using var some = samples.Select([.. Enumerable.Range(repetition * batch, batch).Select(index => index % samples.SampleCount)]);
            var start = Stopwatch.GetTimestamp();
            Evaluator.Predict(compute, network, some, workspaces, static (_, _, _) => { });
            if (repetition >= options.Repetitions / 10) times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            if (times.Count >= RepetitionsMin && Stopwatch.GetElapsedTime(began).TotalSeconds > SecondsMax) break;
        }
        times.Sort();
        return times;
    }

    private static DenseDataset Samples(NetworkSpec spec)
    {
        var random = new RandomSource(1).Stream("samples");
        var count = Math.Clamp((int)(1e8 / spec.InputCount), 2, SampleCount);
        var values = new NativeBuffer<float>((long)count * spec.InputCount, zeroed: false);
        for (long position = 0; position < values.Length; position++) values[position] = (float)random.NextGaussian();
        return new DenseDataset("random samples", values, spec.InputCount, TargetsOf(spec, count));
    }

    private static Targets TargetsOf(NetworkSpec spec, int count) => spec.Loss switch
    {
        LossKind.BinaryCrossEntropy => new LabelSets(new int[count + 1], [], spec.OutputCount),
        LossKind.MeanSquaredError when spec.OutputActivation.Kind == ActivationKind.Identity =>
            new RealTargets(new float[count * spec.OutputCount], spec.OutputCount),
        _ => new ClassTargets(new int[count], spec.ClassCount),
    };
}
