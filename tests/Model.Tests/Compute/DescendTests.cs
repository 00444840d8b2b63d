using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Tests.Training;

namespace ActorSparse.Model.Tests.Compute;

/// <summary>Steps along gradients that are never stored, against gradients that are.</summary>
public sealed class DescendTests
{
    private const ulong Key = 0xD0;

    public static TheoryData<string, string, float, bool, int> Cases()
    {
        var cases = new TheoryData<string, string, float, bool, int>();
        foreach (var kernels in SparseKernels.Available.Where(kernels => kernels.Name != "scalar"))
            foreach (var (activation, dropout) in new[] { ("all-relu:0.6", 0f), ("relu", 0.3f), ("tanh", 0.2f), ("sigmoid", 0f) })
                foreach (var (nesterov, threads) in new[] { (false, 1), (true, 3) })
                    cases.Add(kernels.Name, activation, dropout, nesterov, threads);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Steps_at_once_give_the_bits_of_a_backward_pass_and_an_update(
        string kernels, string activation, float dropout, bool nesterov, int threads)
    {
        var spec = new NetworkSpec { LayerSizes = [19, 23, 23, 14, 4], HiddenActivation = Activation.Parse(activation) };
        using var expected = SparseSamples.Network(spec, 0.3, seed: 5);
        using var network = expected.Clone();
        using var gradients = new GradientSet(expected.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels), threads);
        using var stored = new Workspace(spec, 1);
        using var workspace = new Workspace(spec, 1, keepsDeltas: false);
        Assert.True(compute.CanDescend(spec));
        Assert.True(workspace.Bytes <= stored.Bytes);
        var random = new RandomSource(6).Stream("batch");
        for (var batch = 0; batch < 5; batch++)
        {
            SparseSamples.FillBatch(stored.Input, 1, random);
            workspace.Input.SetBatch(1);
            for (var neuron = 0; neuron < 19; neuron++) workspace.Input[neuron, 0] = stored.Input[neuron, 0];
            var step = new SgdStep(0.05f, 0.9f, 0.01f, nesterov, batch == 3 ? 0.5f : 1);
            var label = new[] { batch % 4 };
            compute.ForwardTraining(expected, stored, dropout, Key + (ulong)batch);
            var loss = compute.Backward(expected, stored, label, gradients, [1, 2, 3, 4]);
            compute.Update(expected.Parameters, gradients, step);
            compute.ForwardTraining(network, workspace, dropout, Key + (ulong)batch);
            Assert.Equal(loss, compute.Descend(network, workspace, label, [1, 2, 3, 4], step, out var spoilt));
            Assert.Equal(-1, spoilt);
            TestData.AssertSameParameters(expected, network);
        }
    }

    [Fact]
    public void What_is_not_finite_is_told_and_changes_no_layer_that_it_reaches()
    {
        var spec = new NetworkSpec { LayerSizes = [5, 6, 3], HiddenActivation = Activation.Parse("relu") };
        using var network = SparseSamples.Network(spec, 1, seed: 5);
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(spec, 1, keepsDeltas: false);
        SparseSamples.FillBatch(workspace.Input, 1, new RandomSource(6).Stream("batch"));
        foreach (ref var bias in network.Parameters.Dense[0].Values.Span) bias = 10;
        // Small activations of weights whose product with an error is beyond a float on the way back.
        network.Parameters.Sparse[1].Values.Span.Fill(float.MaxValue);
        network.Parameters.Sparse[0].Values.Clear();
        network.Parameters.Dense[0].Values.Span.Fill(1e-30f);
        using var before = network.Clone();
        compute.ForwardTraining(network, workspace, 0, 0);
        var step = new SgdStep(0.1f, 0.9f, 0, false, 1);
        var loss = compute.Descend(network, workspace, new[] { 1 }, [1, 1e9f, 1], step, out var spoilt);
        Assert.True(double.IsFinite(loss));
        Assert.Equal(0, spoilt);
        Assert.Equal(before.Parameters.Sparse[0].Values.Span.ToArray(), network.Parameters.Sparse[0].Values.Span.ToArray());
        Assert.NotEqual(before.Parameters.Dense[1].Values.Span.ToArray(), network.Parameters.Dense[1].Values.Span.ToArray());

        network.Parameters.Dense[1].Values[0] = float.NaN;
        using var lost = network.Clone();
        compute.ForwardTraining(network, workspace, 0, 0);
        Assert.True(double.IsNaN(compute.Descend(network, workspace, new[] { 1 }, [], step, out _)));
        Assert.Equal(lost.Parameters.Dense[1].Velocities.Span.ToArray(), network.Parameters.Dense[1].Velocities.Span.ToArray());
    }

    [Fact]
    public void Graphs_larger_batches_and_reference_kernels_keep_their_gradients()
    {
        var spec = new NetworkSpec { LayerSizes = [5, 6, 3] };
        using var network = SparseSamples.Network(spec, 1, seed: 5);
        using var compute = new NetworkCompute();
        using var reference = new NetworkCompute(SparseKernels.Named("scalar"));
        using var workspace = new Workspace(spec, 4);
        SparseSamples.FillBatch(workspace.Input, 1, new RandomSource(6).Stream("batch"));
        compute.ForwardTraining(network, workspace, 0, 0);
        Assert.Throws<InvalidOperationException>(() => compute.Descend(network, workspace, new[] { 1 }, [], default, out _));
        Assert.False(reference.CanDescend(spec));
        Assert.False(compute.CanDescend(new() { Graph = spec.ToGraph() }));
    }
}
