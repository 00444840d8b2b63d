using ActorSparse.Model.Compute;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Operators.Add;
using ActorSparse.Model.Operators.Concat;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Operators.Normalization;
using ActorSparse.Model.Operators.PadChannels;
using ActorSparse.Model.Operators.Pooling;
using ActorSparse.Model.Operators.Reshaping;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Tests.Graph;

/// <summary>Whatever activations and gradients share memory, and however: gradients are differences of the loss.</summary>
public class RandomGraphTests
{
    private const int Channels = 4, Side = 4, Batch = 19;

    [Fact]
    public void Gradients_of_random_graphs_are_differences_of_their_loss()
    {
        int shared = 0, passedOn = 0;
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var graph = Draw(new RandomSource(seed).Stream("graph"));
            var spec = new NetworkSpec { Graph = graph, Epsilon = 4, Initializer = Initializer.FanIn };
            using var network = Network.Create(spec, new RandomSource(seed));
            using var compute = new NetworkCompute(threads: 2);
            using var workspace = new Workspace(spec, Batch + 3);
            using var gradients = new GradientSet(network.Parameters);
            var random = new RandomSource(seed).Stream("batch");
            workspace.Input.SetBatch(Batch);
            for (var neuron = 0; neuron < workspace.Input.Neurons; neuron++)
                foreach (ref var value in workspace.Input.Row(neuron)) value = (float)random.NextGaussian();
            int[] labels = [.. Enumerable.Range(0, Batch).Select(sample => sample % 3)];
            compute.ForwardTraining(network, workspace, 0, 0);
            compute.Backward(network, workspace, labels, gradients, []);

            // Along the gradient, and along another direction.
            foreach (var weight in new[] { 1.0, 0.3 })
            {
                double[][] direction = [.. gradients.Blocks.Select((block, index) => network.Parameters.Layout.Blocks[index].IsRunningAverage
                    ? new double[block.Length]
                    : block.Span.ToArray().Select(value => weight * value + (1 - weight) * 0.05 * random.NextGaussian()).ToArray())];
                var length = Math.Sqrt(direction.Sum(block => block.Sum(value => value * value)));
                var expected = direction.Select((block, index) => block.Select((value, at) => value * gradients.Blocks[index][at]).Sum()).Sum() / length;
                const double Step = 2e-3;
                var difference = (LossAt(Step / length) - LossAt(-Step / length)) / (2 * Step);
                Assert.True(
                    Math.Abs(difference - expected) < 1e-3 + 0.02 * Math.Abs(expected),
                    $"seed {seed}: {expected}, not {difference}, of {GraphText.Format(graph)}");

                double LossAt(double factor)
                {
                    Move(factor);
                    compute.ForwardTraining(network, workspace, 0, 0);
                    var loss = NetworkCompute.Loss(network, workspace, labels, []);
                    Move(-factor);
                    return loss;
                }

                void Move(double factor)
                {
                    for (var block = 0; block < direction.Length; block++)
                        for (var at = 0; at < direction[block].Length; at++)
                            network.Parameters.Blocks[block].Values[at] += (float)(factor * direction[block][at]);
                }
            }
            if (workspace.Activations.Distinct().Count() < workspace.Activations.Count) shared++;
            var plan = new ActivationPlan(graph);
            if (graph.Nodes.Where((node, index) => node.Operator is AddSpec && node.Inputs.Any(item => plan.DeltaOf(item) == plan.DeltaOf(index + 1))).Any())
                passedOn++;
        }
        Assert.True(shared > 20 && passedOn > 20, $"memory was shared in {shared} graphs, gradients were passed on in {passedOn}");
    }

    [Fact]
    public void Gradients_by_activations_that_do_not_stay_give_the_same_bits_in_less_memory()
    {
        var smaller = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var spec = new NetworkSpec { Graph = Draw(new RandomSource(seed).Stream("graph")), Epsilon = 4, Initializer = Initializer.FanIn };
            using var network = Network.Create(spec, new RandomSource(seed));
            using var compute = new NetworkCompute();
            int[] labels = [.. Enumerable.Range(0, Batch).Select(sample => sample % 3)];
            List<float[]> found = [];
            List<long> bytes = [];
            foreach (var keepsDeltas in new[] { true, false })
            {
                using var workspace = new Workspace(spec, Batch, keepsDeltas);
                using var gradients = new GradientSet(network.Parameters);
                var random = new RandomSource(seed).Stream("batch");
                for (var neuron = 0; neuron < workspace.Input.Neurons; neuron++)
                    foreach (ref var value in workspace.Input.Row(neuron)) value = (float)random.NextGaussian();
                compute.ForwardTraining(network, workspace, 0, 0);
                compute.Backward(network, workspace, labels, gradients, []);
                found.Add([.. gradients.Blocks.SelectMany(block => block.Span.ToArray())]);
                bytes.Add(workspace.Bytes);
                if (keepsDeltas) continue;
                Assert.Throws<InvalidOperationException>(
                    () => compute.Differentiate(network.Parameters.Sparse[0].Topology, workspace, 0, gradients.Sparse[0]));
            }
            Assert.Equal(found[0], found[1]);
            Assert.True(bytes[1] <= bytes[0]);
            if (bytes[1] < bytes[0]) smaller++;
        }
        Assert.True(smaller > 10, $"memory was saved in {smaller} graphs");
    }

    // Nodes of one shape that take any before them; those that nobody takes are summed up at the end.
    private static GraphSpec Draw(RandomStream random)
    {
        List<GraphNode> nodes = [];
        nodes.Add(Node(new ConvolutionSpec(Channels), 0));
        while (nodes.Count < 14)
        {
            int[] items = [.. Enumerable.Range(1, nodes.Count).Where(item => nodes[item - 1].Operator is not ConcatSpec)];
            var (one, other) = (items[random.NextInt32(items.Length)], items[random.NextInt32(items.Length)]);
            // Mostly the latest one, as in residual networks.
            if (random.NextDouble() < 0.6) one = nodes.Count;
            switch (random.NextInt32(8))
            {
                case 0 or 1:
                    nodes.Add(Node(new ConvolutionSpec(Channels), one));
                    break;
                case 2:
                    nodes.Add(Node(new BatchNormSpec(), one));
                    break;
                case 3:
                    nodes.Add(Node(new ActivationSpec(ElementFunction.LeakyRelu, 0.95f), one));
                    break;
                case 4 or 5:
                    nodes.Add(Node(new AddSpec(), one, other));
                    break;
                case 6:
                    nodes.Add(Node(new PadChannelsSpec(Channels), one));
                    break;
                default:
                    nodes.Add(Node(new ConcatSpec(), one, other));
                    nodes.Add(Node(new ConvolutionSpec(Channels) { Kernel = 1, Padding = 0 }, nodes.Count));
                    break;
            }
        }
        var loose = Enumerable.Range(1, nodes.Count).Where(item => !nodes.Exists(node => node.Inputs.Contains(item))).ToArray();
        if (loose.Length > 1) nodes.Add(Node(new AddSpec(), loose));
        nodes.Add(Node(new GlobalMeanSpec(), nodes.Count));
        nodes.Add(Node(new LinearSpec(3), nodes.Count));
        return new(new(2, Side, Side), nodes);

        GraphNode Node(OperatorSpec spec, params int[] inputs) => new($"node-{nodes.Count}", spec, inputs);
    }
}
