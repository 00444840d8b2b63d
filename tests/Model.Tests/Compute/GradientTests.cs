using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Tests.Compute;

public sealed class GradientTests
{
    public static TheoryData<string, string, string, LossKind, int, float, bool> Cases()
    {
        var cases = new TheoryData<string, string, string, LossKind, int, float, bool>();
        foreach (var kernels in SparseKernels.Available)
        {
            foreach (var hidden in new[] { "identity", "relu", "leaky-relu:0.25", "all-relu:0.6", "sigmoid", "tanh" })
            {
                foreach (var (output, loss, outputs) in Outputs())
                {
                    cases.Add(kernels.Name, hidden, output, loss, outputs, 0.3f, true);
                    if (hidden == "all-relu:0.6" || output == "softmax") cases.Add(kernels.Name, hidden, output, loss, outputs, 0, false);
                }
            }
        }
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradients_are_the_differences_of_the_loss(
        string kernels, string hidden, string output, LossKind loss, int outputs, float dropout, bool weighted)
    {
        const int Batch = 18;
        const ulong Key = 0x5EED;
        var spec = new NetworkSpec
        {
            LayerSizes = [7, 6, 5, outputs],
            HiddenActivation = Activation.Parse(hidden),
            OutputActivation = Activation.Parse(output),
            Loss = loss,
        };
        var random = new RandomSource(31).Stream("batch");
        using var network = SparseSamples.Network(spec, 0.5, seed: 32);
        using var workspace = new Workspace(spec, Batch + 2);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels));
        SparseSamples.FillBatch(workspace.Input, Batch, random);
        var classes = Math.Max(2, outputs);
        var labels = SparseSamples.Labels(Batch, classes, random);
        float[] weights = weighted ? [.. Enumerable.Range(1, classes).Select(c => 0.4f * c)] : [];

        compute.ForwardTraining(network, workspace, dropout, Key);
        var value = compute.Backward(network, workspace, labels, gradients, weights);

        var reference = new DoubleNetwork(network);
        var inputs = Enumerable.Range(0, Batch)
            .Select(b => Enumerable.Range(0, 7).Select(n => (double)workspace.Input.Row(n)[b]).ToArray()).ToArray();
        double Loss() => reference.Loss(inputs, labels, weights, dropout, Key);
        Assert.Equal(Loss(), value, 1e-5 * (1 + Math.Abs(value)));
        for (var layer = 0; layer < spec.LayerCount; layer++)
        {
            Compare(reference.Values[layer], gradients.Sparse[layer].Span, Loss, $"connection of layer {layer}");
            Compare(reference.Biases[layer], gradients.Dense[layer].Span, Loss, $"bias of layer {layer}");
        }
    }

    private static (string Output, LossKind Loss, int Outputs)[] Outputs() =>
    [
        ("softmax", LossKind.CrossEntropy, 4),
        ("sigmoid", LossKind.CrossEntropy, 1),
        ("sigmoid", LossKind.CrossEntropy, 3),
        ("softmax", LossKind.MeanSquaredError, 4),
        ("sigmoid", LossKind.MeanSquaredError, 1),
        ("tanh", LossKind.MeanSquaredError, 4),
        ("identity", LossKind.MeanSquaredError, 4),
        ("all-relu:0.6", LossKind.MeanSquaredError, 4),
    ];

    private static void Compare(double[] parameters, Span<float> gradients, Func<double> loss, string what)
    {
        Assert.Equal(parameters.Length, gradients.Length);
        for (var index = 0; index < parameters.Length; index++)
        {
            var expected = DoubleNetwork.Difference(parameters, index, loss);
            var isClose = Math.Abs(expected - gradients[index]) <= 2e-5 + 1e-4 * Math.Abs(expected);
            Assert.True(isClose, $"{what} {index}: {gradients[index]}, not {expected}");
        }
    }
}
