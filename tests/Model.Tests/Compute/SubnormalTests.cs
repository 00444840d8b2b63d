using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Tests.Compute;

/// <summary>Numbers below the smallest normal one slow many processors down, and .NET cannot have them flushed to 0.</summary>
public sealed class SubnormalTests
{
    public static TheoryData<string> Variants() => [.. SparseKernels.Available.Select(kernels => kernels.Name)];

    [Theory, MemberData(nameof(Variants))]
    public unsafe void A_step_flushes_what_decays_and_nothing_else(string name)
    {
        var kernels = SparseKernels.Named(name);
        float[] starts = [1e-39f, -1e-39f, float.Epsilon, -1.1754942e-38f, 1.5e-38f, -1.5e-38f, 0, 1, -2e-38f, float.NaN, float.PositiveInfinity];
        const int Count = 67;
        using NativeBuffer<float> values = new(Count), velocities = new(Count), seconds = new(Count), gradients = new(Count);
        void Fill()
        {
            for (var index = 0; index < Count; index++)
                values[index] = velocities[index] = seconds[index] = starts[index % starts.Length];
        }
        void AssertFlushed(NativeBuffer<float> numbers)
        {
            for (var index = 0; index < Count; index++)
            {
                var (start, number) = (starts[index % starts.Length], numbers[index]);
                Assert.False(float.IsSubnormal(number));
                if (!float.IsFinite(start)) Assert.False(float.IsFinite(number));
                else Assert.Equal(Math.Abs(start) is >= 1.9e-38f, number != 0);
            }
        }
        Fill();
        kernels.Update(values.Pointer, velocities.Pointer, gradients.Pointer, Count, new SgdStep(0.1f, 0.7f, 0.3f, false, 1));
        AssertFlushed(velocities);
        Assert.All(values.Span.ToArray(), value => Assert.False(float.IsSubnormal(value)));
        Fill();
        kernels.Update(
            values.Pointer, velocities.Pointer, seconds.Pointer, gradients.Pointer, Count,
            new AdamStep(0, 0.7f, 0.7f, 1, 1e-8f, 0.3f, 1));
        AssertFlushed(velocities);
        AssertFlushed(values);
        Assert.All(seconds.Span.ToArray(), value => Assert.False(float.IsSubnormal(value)));
    }

    // Momentum of neurons that never fire halves every seven steps; rounding would keep the last few digits for good.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Training_leaves_no_subnormal_velocities(int batch)
    {
        var spec = new NetworkSpec { LayerSizes = [6, 20, 3], HiddenActivation = Activation.Parse("relu") };
        using var network = SparseSamples.Network(spec, 0.5, seed: 4);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(spec, batch);
        var random = new RandomSource(4).Stream("batch");
        SparseSamples.Fill(network.Parameters.Sparse[0].Velocities.Span, random, 1e-3);
        for (var neuron = 0; neuron < 10; neuron++) network.Parameters.Dense[0].Values[neuron] = -1e3f;
        var smallest = float.PositiveInfinity;
        for (var step = 0; step < 1200; step++)
        {
            SparseSamples.FillBatch(workspace.Input, batch, random);
            compute.ForwardTraining(network, workspace, 0, 0);
            var labels = SparseSamples.Labels(batch, 3, random);
            var sgd = new SgdStep(0.001f, 0.9f, 0.0002f, false, 1);
            if (batch == 1)
            {
                compute.Descend(network, workspace, labels, [], sgd, out _);
            }
            else
            {
                compute.Backward(network, workspace, labels, gradients, []);
                compute.Update(network.Parameters, gradients, sgd);
            }
            foreach (var velocity in network.Parameters.Sparse[0].Velocities.Span)
            {
                Assert.False(float.IsSubnormal(velocity));
                if (velocity != 0) smallest = Math.Min(smallest, Math.Abs(velocity));
            }
        }
        Assert.InRange(smallest, 0, 1e-37f); // they did pass there
        Assert.Contains(0, network.Parameters.Sparse[0].Velocities.Span.ToArray());
    }
}
