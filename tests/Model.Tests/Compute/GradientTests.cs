using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
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
        string kernels, string hidden, string output, LossKind loss, int outputs, float dropout, bool weighted) =>
        Check(kernels, Spec(hidden, output, loss, outputs), dropout, weighted);

    public static TheoryData<string> Kernels => [.. SparseKernels.Available.Select(kernels => kernels.Name)];

    [Theory, MemberData(nameof(Kernels))]
    public void Smoothed_labels_have_their_own_gradients(string kernels)
    {
        foreach (var weighted in (bool[])[false, true])
            Check(kernels, Spec("relu", "softmax", LossKind.CrossEntropy, 4) with { LabelSmoothing = 0.3 }, 0.3f, weighted);
    }

    [Theory, MemberData(nameof(Kernels))]
    public void Values_in_place_of_classes_have_their_own_gradients(string kernels)
    {
        foreach (var outputs in (int[])[1, 3])
        {
            Check(kernels, Spec("relu", "identity", LossKind.MeanSquaredError, outputs), 0.3f, weighted: false, hasClasses: false);
            Check(kernels, Spec("tanh", "sigmoid", LossKind.BinaryCrossEntropy, outputs), 0.3f, weighted: false, hasClasses: false);
        }
    }

    private static NetworkSpec Spec(string hidden, string output, LossKind loss, int outputs) => new()
    {
        LayerSizes = [7, 6, 5, outputs],
        HiddenActivation = Activation.Parse(hidden),
        OutputActivation = Activation.Parse(output),
        Loss = loss,
    };

    private static void Check(string kernels, NetworkSpec spec, float dropout, bool weighted, bool hasClasses = true)
    {
        const int Batch = 18;
        const ulong Key = 0x5EED;
        var outputs = spec.LayerSizes[^1];
        var random = new RandomSource(31).Stream("batch");
        using var network = SparseSamples.Network(spec, 0.5, seed: 32);
        using var workspace = new Workspace(spec, Batch + 2);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels));
        SparseSamples.FillBatch(workspace.Input, Batch, random);
        var classes = Math.Max(2, outputs);
        var labels = SparseSamples.Labels(Batch, classes, random);
        // Labels of 0 and 1, or any numbers, for one output after the other.
        float[] values = [.. Enumerable.Range(0, outputs * Batch).Select(_ =>
            spec.Loss == LossKind.BinaryCrossEntropy ? random.NextInt32(2) : (float)random.NextGaussian())];
        var targets = hasClasses ? new BatchTargets(labels) : new BatchTargets(values, Batch);
        float[] weights = weighted ? [.. Enumerable.Range(1, classes).Select(c => 0.4f * c)] : [];

        compute.ForwardTraining(network, workspace, dropout, Key);
        var value = compute.Backward(network, workspace, targets, gradients, weights);

        var reference = new DoubleNetwork(network);
        var inputs = Enumerable.Range(0, Batch)
            .Select(b => Enumerable.Range(0, 7).Select(n => (double)workspace.Input.Row(n)[b]).ToArray()).ToArray();
        var goals = Enumerable.Range(0, Batch)
            .Select(b => Enumerable.Range(0, outputs).Select(output => (double)values[output * Batch + b]).ToArray()).ToArray();
        double Loss() => hasClasses ? reference.Loss(inputs, labels, weights, dropout, Key) : reference.Loss(inputs, goals, dropout, Key);
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

    [Fact]
    public void Binary_cross_entropy_is_exact_however_sure_and_wrong_an_output_is()
    {
        var spec = new NetworkSpec
        {
            LayerSizes = [1, 4],
            OutputActivation = new(ActivationKind.Sigmoid),
            Loss = LossKind.BinaryCrossEntropy,
            Initializer = Initializer.Zero,
        };
        using var network = Network.Create(spec, new RandomSource(1));
        new[] { 300f, -300, 300, -20 }.CopyTo(network.Parameters.Dense[0].Values.Span);
        using var workspace = new Workspace(spec, 1);
        using var compute = new NetworkCompute();
        using var gradients = new GradientSet(network.Parameters);
        workspace.Input.SetBatch(1);
        compute.ForwardTraining(network, workspace, 0, 0);
        var loss = compute.Backward(network, workspace, new([0, 1, 1, 0], 1), gradients, []);
        Assert.Equal(600 + Math.Log(1 + Math.Exp(-20)), loss, 1e-12);
        Assert.Equal([1, -1, 0], gradients.Dense[0].Span[..3].ToArray());
    }
}
