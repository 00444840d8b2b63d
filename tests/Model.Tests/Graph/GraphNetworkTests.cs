using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
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

    [Fact]
    public void Gradients_of_a_network_whose_nodes_share_inputs_are_differences_of_its_loss()
    {
        using var network = Network.Create(s_spec, new RandomSource(4));
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(s_spec, Batch + 2);
        using var gradients = new GradientSet(network.Parameters);
        var labels = Fill(workspace, compute, network);
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
        NetworkExport.WriteSafetensors(network, path);
        using var reader = new SafetensorsReader(path);
        using var read = NetworkTensors.Read(reader, []);
        Assert.Equal(network.Spec, read.Spec);
        foreach (var (expected, actual) in network.Parameters.Blocks.Zip(read.Parameters.Blocks))
            Assert.Equal(expected.Values.Span.ToArray(), actual.Values.Span.ToArray());
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

    private static int[] Fill(Workspace workspace, NetworkCompute compute, Network network)
    {
        var random = new RandomSource(9).Stream("batch");
        workspace.Input.SetBatch(Batch);
        for (var neuron = 0; neuron < workspace.Input.Neurons; neuron++)
            foreach (ref var value in workspace.Input.Row(neuron)) value = (float)random.NextGaussian();
        compute.ForwardTraining(network, workspace, 0, 0);
        return [.. Enumerable.Range(0, Batch).Select(sample => sample % 3)];
    }
}
