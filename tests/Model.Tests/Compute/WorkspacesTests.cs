using ActorSparse.Model.Compute;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Compute;

public sealed class WorkspacesTests
{
    private readonly RandomSource _random = new(11);

    public static TheoryData<string, string, string> Chains()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var kernels in SparseKernels.Available)
            foreach (var (hidden, output) in new[]
                { ("relu", "softmax"), ("all-relu:0.6", "sigmoid"), ("tanh", "softmax"), ("sigmoid", "softmax"), ("identity", "sigmoid") })
                cases.Add(kernels.Name, hidden, output);
        return cases;
    }

    // What is served must not depend on who else asks at the same time.
    [Theory, MemberData(nameof(Chains))]
    public void A_sample_gets_the_same_bits_alone_and_in_any_batch(string kernels, string hidden, string output)
    {
        using var network = Network.Create(
            new() { LayerSizes = [61, 53, 38, 7], HiddenActivation = Activation.Parse(hidden), OutputActivation = Activation.Parse(output), Epsilon = 6 },
            _random);
        AssertSameInAllBatches(network, kernels, [1, 2, 3, 4, 5, 8, 9, 16, 17, 128]);
    }

    [Fact]
    public void Nor_do_the_bits_of_a_network_of_images_differ()
    {
        using var network = Network.Create(new NetworkSpec { Graph = NamedNetworks.Create("resnet-8", new(3, 8, 8), 5) }.WithSparsity(0.7), _random);
        AssertSameInAllBatches(network, SparseKernels.Best.Name, [1, 4, 6, 16, 33]);
    }

    // Inputs that no cache holds are asked for ahead, in a loop of its own.
    [Fact]
    public void Nor_those_of_a_wide_network()
    {
        using var network = Network.Create(new() { LayerSizes = [150_000, 21, 2], Epsilon = 0.3 }, _random);
        AssertSameInAllBatches(network, SparseKernels.Best.Name, [1, 7]);
    }

    [Fact]
    public void One_sample_is_close_to_the_reference_in_double_precision()
    {
        using var network = Network.Create(new() { LayerSizes = [40, 50, 4], HiddenActivation = Activation.Parse("relu"), Epsilon = 5 }, _random);
        using var lane = new InferenceLane(network.Spec);
        var sample = Samples(40, 1)[0];
        var outputs = Outputs(network, lane, [sample])[0];
        var values = Array.ConvertAll(sample, value => (double)value);
        for (var layer = 0; layer < 2; layer++)
        {
            var block = network.Parameters.Sparse[layer];
            var next = new double[block.Topology.OutputCount];
            for (var row = 0; row < next.Length; row++)
            {
                next[row] = network.Parameters.Dense[layer].Values[row];
                var start = block.Topology.RowStart(row);
                foreach (var column in block.Topology.Row(row)) next[row] += block.Values[start++] * values[column];
                if (layer == 0) next[row] = Math.Max(0, next[row]);
            }
            values = next;
        }
        var sum = values.Sum(Math.Exp);
        for (var index = 0; index < outputs.Length; index++) Assert.Equal(Math.Exp(values[index]) / sum, outputs[index], 1e-6);
    }

    [Fact]
    public void Workspaces_are_made_once_and_no_larger_than_needed()
    {
        using var workspaces = new Workspaces(new() { LayerSizes = [5, 6, 2] });
        Assert.Equal([1, 4, 4, 8, 16, 128, 128, 128], new[] { 1, 2, 4, 7, 16, 17, 128, 5000 }.Select(count => workspaces.For(count).BatchCapacity));
        Assert.Same(workspaces.For(2), workspaces.For(3));
    }

    private void AssertSameInAllBatches(Network network, string kernels, int[] batches)
    {
        using var lane = new InferenceLane(network.Spec, SparseKernels.Named(kernels));
        var samples = Samples(network.Spec.InputCount, batches.Max());
        var expected = Outputs(network, lane, samples);
        Assert.True(expected.Select(outputs => outputs[0]).Distinct().Count() > 1);
        foreach (var batch in batches)
            foreach (var (start, outputs) in samples.Chunk(batch).Select((chunk, index) => (index * batch, Outputs(network, lane, chunk))))
                for (var sample = 0; sample < outputs.Length; sample++) Assert.Equal(expected[start + sample], outputs[sample]);
    }

    private static float[][] Outputs(Network network, InferenceLane lane, float[][] samples)
    {
        var workspace = lane.Workspaces.For(samples.Length);
        workspace.Input.SetBatch(samples.Length);
        for (var sample = 0; sample < samples.Length; sample++)
            for (var neuron = 0; neuron < samples[sample].Length; neuron++) workspace.Input[neuron, sample] = samples[sample][neuron];
        lane.Compute.Forward(network, workspace);
        return [.. Enumerable.Range(0, samples.Length).Select(sample =>
            Enumerable.Range(0, workspace.Output.Neurons).Select(neuron => workspace.Output[neuron, sample]).ToArray())];
    }

    private float[][] Samples(int features, int count)
    {
        var random = _random.Stream("samples");
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, features).Select(_ => (float)random.NextGaussian()).ToArray())];
    }
}
