using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Activations;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Tests.Data;

namespace ActorSparse.Model.Tests.Graph;

public class GraphNetworkTests
{
    private const int Batch = 11;

    // Smooth, so that differences tell gradients: inputs shared by several nodes, a node that takes one twice, views on the way.
    private static readonly NetworkSpec s_spec = new()
    {
        Epsilon = 2,
        Initializer = Initializer.FanIn,
        Graph = GraphText.Parse("""
            {"input": "2x4x4", "nodes": [
              {"name": "stem", "operator": "convolution", "channels": 4, "stride": 2},
              {"operator": "batch-norm"},
              {"name": "act", "operator": "tanh"},
              {"name": "branch", "operator": "convolution", "channels": 4, "bias": false},
              {"name": "twice", "operator": "add", "inputs": ["act", "act"]},
              {"name": "sum", "operator": "add", "inputs": ["branch", "twice", "act"]},
              {"name": "tokens", "operator": "tokens"},
              {"name": "norm", "operator": "layer-norm"},
              {"name": "both", "operator": "concat", "inputs": ["tokens", "norm"]},
              {"operator": "pointwise", "outputs": 5},
              {"operator": "gelu"},
              {"operator": "global-mean"},
              {"name": "head", "operator": "linear", "outputs": 3}]}
            """),
    };

    // Images on their way, so that samples are in groups, and much that no backward pass reads.
    private static readonly NetworkSpec s_images = s_spec with
    {
        Graph = GraphText.Parse("""
            {"input": "2x6x6", "nodes": [
              {"name": "stem", "operator": "convolution", "channels": 4, "bias": false},
              {"operator": "batch-norm"},
              {"name": "act", "operator": "leaky-relu", "slope": 0.97},
              {"name": "conv", "operator": "convolution", "channels": 6, "stride": 2},
              {"name": "norm", "operator": "batch-norm"},
              {"name": "short", "operator": "pad-channels", "inputs": ["act"], "outputs": 6, "stride": 2},
              {"name": "sum", "operator": "add", "inputs": ["norm", "short"]},
              {"name": "out", "operator": "leaky-relu", "slope": 0.96},
              {"name": "conv-2", "operator": "convolution", "channels": 6},
              {"name": "norm-2", "operator": "group-norm", "groups": 2},
              {"name": "sum-2", "operator": "add", "inputs": ["out", "norm-2"]},
              {"name": "out-2", "operator": "leaky-relu", "slope": 0.96},
              {"name": "conv-3", "operator": "convolution", "channels": 6},
              {"name": "norm-3", "operator": "batch-norm"},
              {"name": "sum-3", "operator": "add", "inputs": ["norm-3", "out-2", "out"]},
              {"name": "both", "operator": "concat", "inputs": ["sum-3", "short"]},
              {"name": "pool", "operator": "mean-pool", "size": 2, "stride": 1},
              {"name": "last", "operator": "convolution", "channels": 3, "kernel": 1},
              {"operator": "global-mean"},
              {"name": "head", "operator": "linear", "outputs": 3}]}
            """),
    };

    [Theory]
    [InlineData(false, 11)]
    [InlineData(true, 19)]
    public void Gradients_of_a_network_whose_nodes_share_inputs_are_differences_of_its_loss(bool hasImages, int batch)
    {
        var spec = hasImages ? s_images : s_spec;
        using var network = Network.Create(spec, new RandomSource(4));
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(spec, batch + 2);
        Assert.Equal(hasImages, workspace.Activations.Any(matrix => matrix.IsGrouped));
        using var gradients = new GradientSet(network.Parameters);
        var labels = Fill(workspace, compute, network, batch);
        compute.Backward(network, workspace, labels, gradients, []);
        const float Step = 1e-2f;
        for (var block = 0; block < network.Parameters.Blocks.Count; block++)
        {
            if (network.Parameters.Layout.Blocks[block].IsRunningAverage) continue;
            var values = network.Parameters.Blocks[block].Values;
            for (long index = 0; index < values.Length; index++)
            {
                var value = values[index];
                values[index] = value + Step;
                var above = Loss();
                values[index] = value - Step;
                var difference = (above - Loss()) / (2 * Step);
                values[index] = value;
                var gradient = gradients.Blocks[block][index];
                Assert.True(
                    Math.Abs(difference - gradient) < 2e-3 + 0.02 * Math.Abs(difference),
                    $"{network.Parameters.Layout.Blocks[block].Name}, number {index}: {gradient}, not {difference}");
            }
        }

        double Loss()
        {
            compute.ForwardTraining(network, workspace, 0, 0);
            return NetworkCompute.Loss(network, workspace, labels, []);
        }
    }

    [Fact]
    public void The_same_bits_on_any_number_of_threads_and_after_another_pass()
    {
        float[]? expected = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var network = Network.Create(s_spec, new RandomSource(4));
            using var compute = new NetworkCompute(threads: threads);
            using var workspace = new Workspace(s_spec, Batch + 2);
            using var gradients = new GradientSet(network.Parameters);
            for (var pass = 0; pass < 2; pass++)
            {
                var labels = Fill(workspace, compute, network);
                compute.Backward(network, workspace, labels, gradients, []);
                float[] all = [.. gradients.Blocks.SelectMany(block => block.Span.ToArray())];
                expected ??= all;
                Assert.Equal(expected, all);
                compute.Forward(network, workspace);
            }
        }
    }

    [Fact]
    public void New_parameters_begin_as_their_layout_says()
    {
        using var network = Network.Create(s_spec, new RandomSource(4));
        foreach (var (block, layout) in network.Parameters.Blocks.Zip(network.Parameters.Layout.Blocks))
        {
            if (layout.InitialValue is { } value) Assert.All(block.Values.Span.ToArray(), number => Assert.Equal(value, number));
            else Assert.Contains(block.Values.Span.ToArray(), number => number != 0);
        }
        Assert.Contains(network.Parameters.Layout.Blocks, layout => layout.InitialValue == 1);
    }

    [Fact]
    public void A_checkpoint_brings_a_graph_back()
    {
        using var folder = new TemporaryFolder();
        using var network = Network.Create(s_spec, new RandomSource(4));
        var path = Path.Combine(folder.Root, "graph.safetensors");
        CheckpointFile.Save(path, new() { Network = network, Replicas = [network.Clone()] });
        using var read = CheckpointFile.Load(path);
        Assert.Equal(network.Spec, read.Network.Spec);
        foreach (var loaded in new[] { read.Network, read.Replicas[0]! })
            foreach (var (expected, actual) in network.Parameters.Blocks.Zip(loaded.Parameters.Blocks))
                Assert.Equal(expected.Values.Span.ToArray(), actual.Values.Span.ToArray());
    }

    [Fact]
    public void Images_of_another_shape_are_refused_even_if_they_have_as_many_pixels()
    {
        ImageShape[] shapes = [new(4, 4, 2), new(2, 8, 2)];
        DenseDataset[] images = [.. shapes.Select(shape => new DenseDataset(
            "images", new NativeBuffer<float>(6 * 32), 32, [0, 1, 2, 0, 1, 2], 3) { ImageShape = shape })];
        s_spec.CheckFits(images[0]);
        var error = Assert.Throws<InvalidInputException>(() => s_spec.CheckFits(images[1]));
        Assert.Equal("images has images of 2x2x8; the network expects 2x4x4", error.Message);
        foreach (var set in images) set.Dispose();
    }

    [Fact]
    public void What_is_for_chains_is_refused_by_name()
    {
        using var network = Network.Create(s_spec, new RandomSource(4));
        Assert.Contains("chain", Assert.Throws<InvalidInputException>(() => Compaction.Compact(network)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "chain", Assert.Throws<InvalidInputException>(() => NetworkExport.WriteCsv(network, "nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "chain", Assert.Throws<InvalidInputException>(() => ImportancePruning.Compute(network, 10, 0.1)).Message, StringComparison.Ordinal);
    }

    // A leaky ReLU of slope 0 is computed by itself.
    [Fact]
    public void A_rectifier_that_is_computed_with_the_node_before_it_changes_no_bit()
    {
        float[][] results = [.. new[] { "relu", "leaky-relu\", \"slope\": \"0" }.Select(kind =>
        {
            var spec = s_spec with
            {
                Graph = GraphText.Parse($$"""
                    {"input": "2x6x6", "nodes": [
                      {"name": "stem", "operator": "convolution", "channels": 4},
                      {"name": "norm", "operator": "batch-norm"},
                      {"name": "act", "operator": "{{kind}}"},
                      {"name": "conv", "operator": "convolution", "channels": 4},
                      {"name": "sum", "operator": "add", "inputs": ["conv", "act"]},
                      {"name": "out", "operator": "{{kind}}"},
                      {"operator": "global-mean"},
                      {"name": "head", "operator": "linear", "outputs": 3}]}
                    """),
            };
            using var network = Network.Create(spec, new RandomSource(4));
            using var compute = new NetworkCompute();
            using var workspace = new Workspace(spec, 21);
            using var gradients = new GradientSet(network.Parameters);
            compute.Backward(network, workspace, Fill(workspace, compute, network, 19), gradients, []);
            return gradients.Blocks.SelectMany(block => block.Span.ToArray()).ToArray();
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Contains(results[0], gradient => gradient != 0);
    }

    [Fact]
    public void What_no_backward_pass_reads_gives_its_memory_to_what_comes_later()
    {
        using var network = Network.Create(s_images, new RandomSource(4));
        using var workspace = new Workspace(s_images, 19);
        using var compute = new NetworkCompute();
        Fill(workspace, compute, network, 19);
        // What has gone into a convolution or a norm is what the backward pass needs.
        var kept = workspace.Graph.Nodes.SelectMany((node, index) =>
            node.Operator is not ActivationSpec && node.Operator.BackwardReads.HasFlag(BackwardReads.Inputs) ? node.Inputs : []).Distinct();
        var matrices = kept.Select(item => workspace.Activations[item]).ToArray();
        Assert.Equal(matrices.Length, matrices.Distinct().Count());
        Assert.True(workspace.Activations.Distinct().Count() < workspace.Activations.Count);
    }

    private static int[] Fill(Workspace workspace, NetworkCompute compute, Network network, int batch = Batch)
    {
        var random = new RandomSource(9).Stream("batch");
        workspace.Input.SetBatch(batch);
        for (var neuron = 0; neuron < workspace.Input.Neurons; neuron++)
            foreach (ref var value in workspace.Input.Row(neuron)) value = (float)random.NextGaussian();
        compute.ForwardTraining(network, workspace, 0, 0);
        return [.. Enumerable.Range(0, batch).Select(sample => sample % 3)];
    }
}
