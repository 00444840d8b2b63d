using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// The measured loop behind `actorsparse bench network`: forward and backward pass of every node of a graph in whole training steps on a
/// random batch, the fastest of all repetitions, and their sums by kind of operator.
/// </summary>
internal static class NetworkBenchmark
{
    /// <summary>Measures and writes two tables.</summary>
    public static void Run(NetworkBenchmarkOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        var source = new RandomSource(1);
        var spec = new NetworkSpec { Graph = options.Graph }.WithSparsity(options.Sparsity);
        using var network = Network.Create(spec, source);
        // As rules have it that do not look at gradients of single samples.
        using var workspace = new Workspace(spec, options.BatchSize, keepsDeltas: false);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(threads: options.Threads);
        var random = source.Stream("bench");
        for (var neuron = 0; neuron < workspace.Input.Neurons; neuron++)
            foreach (ref var value in workspace.Input.Row(neuron)) value = (float)random.NextGaussian();
        int[] labels = [.. Enumerable.Range(0, options.BatchSize).Select(_ => random.NextInt32(Math.Max(2, spec.OutputCount)))];

        var nodes = options.Graph.Nodes;
        var times = new NodeTimes(nodes.Count);
        compute.Observer = times;
        // The first step warms up: it orders connections and makes copies.
        for (var repetition = -1; repetition < options.Repetitions; repetition++)
        {
            if (repetition == 0) times.Clear();
            var start = Stopwatch.GetTimestamp();
            compute.ForwardTraining(network, workspace, 0, 1);
            compute.Backward(network, workspace, labels, gradients, []);
            compute.Update(network.Parameters, gradients, new SgdStep(0, 0.9f, 0, false, 1));
            times.EndStep(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        output.WriteLine($"network {spec.Describe()}, {network.ConnectionCount} connections, batch {options.BatchSize}, " +
            $"{options.Threads} thread(s), kernels {SparseKernels.Best}; the fastest of {options.Repetitions} steps");
        output.WriteLine($"workspace {workspace.Bytes / 1e6:0.0} MB");
        output.WriteLine($"{"node",-20} {"kind",-14} {"output",-12} {"connections",11} {"forward us",11} {"backward us",12}");
        for (var index = 0; index < nodes.Count; index++)
        {
            var blocks = options.Graph.Blocks[index];
            var connections = Enumerable.Range(blocks.FirstSparse, blocks.SparseCount)
                .Sum(block => (long)network.Parameters.Sparse[block].Topology.ConnectionCount);
            output.WriteLine(Line(nodes[index].Name, nodes[index].Operator.Kind, options.Graph.Shapes[index + 1].ToString(),
                connections == 0 ? "" : connections.ToString(CultureInfo.InvariantCulture), times.Forward[index], times.Backward[index]));
        }
        output.WriteLine();
        foreach (var kind in nodes.Select((node, index) => (node.Operator.Kind, Index: index)).GroupBy(node => node.Kind))
            output.WriteLine(Line($"{kind.Count()} nodes", kind.Key, "", "",
                kind.Sum(node => times.Forward[node.Index]), kind.Sum(node => times.Backward[node.Index])));
        output.WriteLine(Line("all nodes", "", "", "", times.Forward.Sum(), times.Backward.Sum()));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"step {times.Step * 1e3:0.00} ms, {options.BatchSize / times.Step:0} samples/s"));
    }

    private static string Line(string name, string kind, string shape, string connections, double forward, double backward) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{name,-20} {kind,-14} {shape,-12} {connections,11} {forward * 1e6,11:0} {backward * 1e6,12:0}");

    private sealed class NodeTimes(int nodes) : INodeObserver
    {
        private long _start;

        internal double[] Forward { get; } = new double[nodes];

        internal double[] Backward { get; } = new double[nodes];

        internal double Step { get; private set; }

        internal void Clear()
        {
            Array.Fill(Forward, double.PositiveInfinity);
            Array.Fill(Backward, double.PositiveInfinity);
            Step = double.PositiveInfinity;
        }

        internal void EndStep(double seconds) => Step = Math.Min(Step, seconds);

        public void Begin() => _start = Stopwatch.GetTimestamp();

        public void EndForward(int node) => End(Forward, node);

        public void EndBackward(int node) => End(Backward, node);

        private void End(double[] times, int node) => times[node] = Math.Min(times[node], Stopwatch.GetElapsedTime(_start).TotalSeconds);
    }
}
