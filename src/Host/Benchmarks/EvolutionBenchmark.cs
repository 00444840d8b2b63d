using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using MathNet.Numerics.LinearRegression;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// Guided evolutions against the width of the network and against an ordinary training step. An evolution is all that comes on top of
/// the step: sums, sampling, gradients, selection, the change of weights, momenta and gradient, and the indices that the next step needs.
/// </summary>
internal static class EvolutionBenchmark
{
    private const long UpdatesTotal = 1_000_000;

    /// <summary>Measures and writes a row for each network, and for each column the power of the width that it grows with.</summary>
    public static void Run(EvolutionBenchmarkOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(
            $"epsilon {options.Epsilon}, batch {options.BatchSize}, dropout {options.Dropout}, {options.Threads} thread(s), " +
            $"kernels {SparseKernels.Best}; fastest of {options.Repetitions}; processor seconds, and for rules in steps");
        var names = options.Rules.Select(rule => $"{rule,18}");
        output.WriteLine($"{"layers",-32} {"connections",11} {"step",9} {string.Join(' ', names)} {"peak MB",8}");
        var points = new List<(double Width, double[] Seconds)>();
        foreach (var layers in options.Networks)
        {
            var seconds = Measure(options, layers, out var connections);
            using var process = Process.GetCurrentProcess();
            var cells = seconds.Skip(1)
                .Select(value => double.IsFinite(value) ? Invariant($"{value:0.00000} {value / seconds[0],6:0.00} x") : "-");
            output.WriteLine(
                $"{SpecNames.FormatLayerSizes(layers),-32} {connections,11} " + Invariant($"{seconds[0],9:0.00000} ") +
                string.Join(' ', cells.Select(cell => $"{cell,18}")) + Invariant($" {process.PeakWorkingSet64 / 1e6,8:0}"));
            output.Flush();
            points.Add((layers[0], seconds));
        }
        if (points.Count < 2) return;
        var slopes = Enumerable.Range(0, options.Rules.Count + 1)
            .Select(column => Slope([.. points.Select(point => (point.Width, point.Seconds[column]))])).ToArray();
        output.WriteLine(
            $"{"power of the width",-44} {Cell(slopes[0]),9} " + string.Join(' ', slopes.Skip(1).Select(slope => $"{Cell(slope),18}")));
    }

    /// <summary>The exponent of the power law that fits best, by least squares of the logarithms; NaN for fewer than two points.</summary>
    internal static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var logs = points.Where(point => double.IsFinite(point.Y)).Select(point => (Math.Log(point.X), Math.Log(point.Y))).ToList();
        return logs.Count < 2 ? double.NaN : SimpleRegression.Fit(logs).B;
    }

    // Processor seconds of a step and of an evolution by each rule, all in turns.
    private static double[] Measure(EvolutionBenchmarkOptions options, IReadOnlyList<int> layers, out long connections)
    {
        var random = new RandomSource(1);
        var spec = new NetworkSpec { LayerSizes = layers, Epsilon = options.Epsilon, Initializer = Initializer.FanIn };
        using var network = Network.Create(spec, random);
        using var compute = new NetworkCompute(threads: options.Threads);
        using var data = Samples(layers[0], layers[^1], options.BatchSize, random.Stream("samples"));
        var sgd = new OptimizerOptions { LearningRate = 1e-4 };
        var training = new TrainingOptions { BatchSize = options.BatchSize, Dropout = options.Dropout, Optimizer = sgd };
        var shard = new DataShard(data.SampleCount, options.BatchSize, random);
        using var workspace = new Workspace(spec, options.BatchSize);
        using var batchGradient = new BatchGradient(spec, data, shard, training, compute, random, workspace);
        using var gradients = new GradientSet(network.Parameters);
        var updater = new ModelUpdater(network.Parameters, compute, sgd, UpdatesTotal, 1);

        connections = network.ConnectionCount;
        var positions = Enumerable.Range(1, layers.Count - 1).Sum(layer => (double)layers[layer - 1] * layers[layer]);
        var rules = options.Rules.Select(name => TopologyRules.Create(name, 0, new GuidedOptions())).ToArray();
        var seconds = new double[rules.Length + 1];
        Array.Fill(seconds, double.PositiveInfinity);
        for (var repetition = 0; repetition <= options.Repetitions; repetition++)
        {
            for (var index = 0; index < rules.Length; index++)
            {
                if (rules[index] is RigLRule && positions > options.DensePositionsMax) continue;
                Record(ref seconds[0], repetition, () => Step(null));
                // The step after an evolution builds indices anew, which belongs to what the evolution costs.
                Record(ref seconds[index + 1], repetition, () =>
                {
                    Step(rules[index]);
                    Step(null);
                });
            }
        }
        for (var index = 1; index < seconds.Length; index++) seconds[index] -= 2 * seconds[0];
        return seconds;

        void Step(ITopologyRule? rule)
        {
            batchGradient.Compute(network, (int)updater.UpdateCount, 0, gradients);
            if (rule is not null)
            {
                BatchEvolution.Run(
                    rule, network, gradients, compute, workspace, random, updater.UpdateCount, UpdatesTotal).Dispose();
            }
            updater.Apply(gradients);
        }
    }

    private static DenseDataset Samples(int features, int classes, int count, RandomStream random)
    {
        var values = new NativeBuffer<float>((long)count * features, zeroed: false);
        for (long position = 0; position < values.Length; position++) values[position] = random.NextSingle() - 0.5f;
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(classes))];
        return new DenseDataset("random samples", values, features, labels, classes);
    }

    // Processor time, so that a machine that is busy with other things does not count; the first time touches memory that nothing has
    // touched before.
    private static void Record(ref double fastest, int repetition, Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        if (repetition > 0) fastest = Math.Min(fastest, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static string Cell(double slope) => double.IsFinite(slope) ? slope.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
