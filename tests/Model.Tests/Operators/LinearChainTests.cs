using System.Runtime.InteropServices;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Model.Operators.Linear;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Tests.Compute;

namespace ActorSparse.Model.Tests.Operators;

/// <summary>Layers as they have always been computed, and the same as nodes.</summary>
public sealed class LinearChainTests
{
    private const ulong Key = 0xC4A1;

    public static TheoryData<string, string, float, double, int> Cases()
    {
        var cases = new TheoryData<string, string, float, double, int>();
        foreach (var kernels in SparseKernels.Available)
            foreach (var activation in new[] { "identity", "relu", "leaky-relu:0.25", "all-relu:0.6", "sigmoid", "tanh" })
                foreach (var (dropout, density, batch) in new[] { (0f, 0.2, 20), (0.3f, 0.9, 1), (0.3f, 0.2, 3), (0f, 0.9, 3) })
                    cases.Add(kernels.Name, activation, dropout, density, batch);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_chain_of_nodes_gives_the_bits_of_a_network_of_layers(
        string kernels, string activation, float dropout, double density, int batch)
    {
        var spec = new NetworkSpec
        {
            LayerSizes = [19, 23, 14, 6],
            HiddenActivation = Activation.Parse(activation),
            OutputActivation = Activation.Parse("sigmoid"),
        };
        using var network = SparseSamples.Network(spec, density, seed: 5);
        using var workspace = new Workspace(spec, batch + 1);
        using var expected = new GradientSet(network.Parameters);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels));
        var random = new RandomSource(6).Stream("batch");
        SparseSamples.FillBatch(workspace.Input, batch, random);
        compute.ForwardTraining(network, workspace, dropout, Key);
        compute.Backward(network, workspace, SparseSamples.Labels(batch, 6, random), expected, []);

        using var team = new ThreadTeam(3);
        var (input, passes, operators) = (workspace.Input, new List<OperatorPass>(), new List<Operator>());
        ActivationMatrix? inputDelta = null;
        for (var layer = 0; layer < 3; layer++)
        {
            var isLast = layer == 2;
            var node = new LinearSpec(spec.LayerSizes[layer + 1])
            {
                Activation = isLast ? new(ActivationKind.Identity) : Expanded(spec.HiddenActivation, layer + 1),
                Dropout = !isLast,
            };
            var output = new ActivationMatrix(node.Outputs, batch + 1);
            var delta = new ActivationMatrix(node.Outputs, batch + 1);
            output.SetBatch(batch);
            delta.SetBatch(batch);
            passes.Add(new(team, SparseKernels.Named(kernels), [input], output, [inputDelta], delta)
            {
                Sparse = [network.Parameters.Sparse[layer]],
                Dense = [network.Parameters.Dense[layer]],
                SparseGradients = [gradients.Sparse[layer]],
                DenseGradients = [gradients.Dense[layer]],
                IsTraining = true,
                Dropout = Dropout.At(dropout, Key, layer),
            });
            operators.Add(node.Create([new(input.Neurons)], batch + 1));
            operators[layer].Forward(passes[layer]);
            if (!isLast) AssertSame(workspace.Activations[layer + 1], output, $"activations of layer {layer}");
            (input, inputDelta) = (output, delta);
        }
        for (var neuron = 0; neuron < 6; neuron++) workspace.Delta(2).Row(neuron).CopyTo(inputDelta!.Row(neuron));
        for (var layer = 2; layer >= 0; layer--) operators[layer].Backward(passes[layer]);

        for (var layer = 0; layer < 3; layer++)
        {
            AssertSame(workspace.Delta(layer), passes[layer].Delta, $"delta of layer {layer}");
            AssertSame(expected.Sparse[layer].Span, gradients.Sparse[layer].Span, $"connections of layer {layer}");
            AssertSame(expected.Dense[layer].Span, gradients.Dense[layer].Span, $"biases of layer {layer}");
        }
        foreach (var node in operators) node.Dispose();
        foreach (var pass in passes)
        {
            pass.Output.Dispose();
            pass.Delta.Dispose();
        }
    }

    // What comes out of the last node are the logits, which the loss turns into activations.
    [Fact]
    public void The_last_node_gives_the_logits()
    {
        var spec = new NetworkSpec
        {
            LayerSizes = [9, 4],
            OutputActivation = new(ActivationKind.Identity),
            Loss = LossKind.MeanSquaredError,
        };
        using var network = SparseSamples.Network(spec, 0.5, seed: 5);
        using var workspace = new Workspace(spec, 5);
        using var compute = new NetworkCompute();
        SparseSamples.FillBatch(workspace.Input, 5, new RandomSource(6).Stream("batch"));
        compute.Forward(network, workspace);
        using var output = new ActivationMatrix(4, 5);
        using var team = new ThreadTeam(1);
        using var node = new LinearSpec(4).Create([new(9)], 5);
        node.Forward(new(team, SparseKernels.Best, [workspace.Input], output, [], null)
        {
            Sparse = network.Parameters.Sparse,
            Dense = network.Parameters.Dense,
        });
        AssertSame(workspace.Output, output, "output");
    }

    private static Activation Expanded(Activation activation, int hiddenLayer) => activation.Kind == ActivationKind.AllRelu
        ? new(ActivationKind.LeakyRelu, activation.NegativeSlope(hiddenLayer))
        : activation;

    private static void AssertSame(ActivationMatrix expected, ActivationMatrix actual, string what)
    {
        for (var neuron = 0; neuron < expected.Neurons; neuron++) AssertSame(expected.Row(neuron), actual.Row(neuron), what);
    }

    private static void AssertSame(Span<float> expected, Span<float> actual, string what) =>
        Assert.True(MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)), what);
}
