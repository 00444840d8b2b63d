using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using MathNet.Numerics.LinearAlgebra;

namespace ActorSparse.Model.Tests.Compute;

public sealed class UpdateTests
{
    public static TheoryData<string, bool, int> Cases()
    {
        var cases = new TheoryData<string, bool, int>();
        foreach (var kernels in SparseKernels.Available)
            foreach (var threads in new[] { 1, 3 })
                foreach (var nesterov in new[] { false, true }) cases.Add(kernels.Name, nesterov, threads);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_step_follows_the_formula_for_connections_and_biases(string kernels, bool nesterov, int threads)
    {
        var spec = new NetworkSpec { LayerSizes = [13, 17, 3] };
        using var network = SparseSamples.Network(spec, 0.4, seed: 5);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels), threads);
        var random = new RandomSource(6).Stream("update");
        var step = new SgdStep(0.05f, 0.9f, 0.0002f, nesterov, 0.5f);
        for (var layer = 0; layer < 2; layer++)
        {
            SparseSamples.Fill(network.Parameters.Sparse[layer].Velocities.Span, random, 1);
            SparseSamples.Fill(network.Parameters.Dense[layer].Velocities.Span, random, 1);
            SparseSamples.Fill(gradients.Sparse[layer].Span, random, 1);
            SparseSamples.Fill(gradients.Dense[layer].Span, random, 1);
        }
        using var before = network.Clone();

        compute.Update(network.Parameters, gradients, step);

        for (var index = 0; index < 4; index++)
        {
            var (then, now) = (before.Parameters.Blocks[index], network.Parameters.Blocks[index]);
            Check(step, then.Values.Span, then.Velocities.Span, gradients.Blocks[index].Span, now.Values.Span, now.Velocities.Span);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_step_of_AdamW_follows_the_formula_for_connections_and_biases(string kernels, bool isFirst, int threads)
    {
        var spec = new NetworkSpec { LayerSizes = [13, 17, 3] };
        using var network = SparseSamples.Network(spec, 0.4, seed: 5);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels), threads);
        var random = new RandomSource(6).Stream("adam");
        var step = new AdamStep(0.05f, 0.9f, 0.99f, 1.5f, 1e-8f, 0.002f, 0.25f);
        for (var layer = 0; layer < 2; layer++)
        {
            SparseSamples.Fill(gradients.Sparse[layer].Span, random, 1);
            SparseSamples.Fill(gradients.Dense[layer].Span, random, 1);
            if (isFirst) continue;
            network.Parameters.Sparse[layer].EnsureSecondMoments();
            network.Parameters.Dense[layer].EnsureSecondMoments();
            SparseSamples.Fill(network.Parameters.Sparse[layer].Velocities.Span, random, 1);
            SparseSamples.Fill(network.Parameters.Dense[layer].Velocities.Span, random, 1);
            foreach (ref var square in network.Parameters.Sparse[layer].SecondMoments!.Span) square = 0.1f + random.NextSingle();
            foreach (ref var square in network.Parameters.Dense[layer].SecondMoments!.Span) square = 0.1f + random.NextSingle();
        }
        using var before = network.Clone();
        before.Parameters.EnsureSecondMoments();

        compute.Update(network.Parameters, gradients, step);

        for (var index = 0; index < 4; index++)
        {
            var (then, now) = (before.Parameters.Blocks[index], network.Parameters.Blocks[index]);
            Check(step, then.Values.Span, then.Velocities.Span, then.SecondMoments!.Span, gradients.Blocks[index].Span,
                now.Values.Span, now.Velocities.Span, now.SecondMoments!.Span);
        }
    }

    [Fact]
    public void Gradients_of_another_topology_are_refused()
    {
        var spec = new NetworkSpec { LayerSizes = [4, 3] };
        using var network = SparseSamples.Network(spec, 0.5, seed: 1);
        using var other = SparseSamples.Network(spec, 0.5, seed: 2);
        using var gradients = new GradientSet(other.Parameters);
        using var compute = new NetworkCompute();
        var error = Assert.Throws<InvalidOperationException>(
            () => compute.Update(network.Parameters, gradients, new SgdStep(0.1f, 0, 0, false, 1)));
        Assert.Contains("layers.1", error.Message, StringComparison.Ordinal);
    }

    private static void Check(
        SgdStep step, Span<float> values, Span<float> velocities, Span<float> gradients, Span<float> newValues, Span<float> newVelocities)
    {
        var (w, g) = (Double(values), step.LearningRate * Double(gradients));
        var velocity = step.Momentum * step.VelocityScale * Double(velocities) - g;
        var move = step.Nesterov ? step.Momentum * velocity - g : velocity;
        Assert.InRange((velocity - Double(newVelocities)).InfinityNorm(), 0, 1e-6);
        Assert.InRange((w + move - step.WeightDecay * w - Double(newValues)).InfinityNorm(), 0, 1e-6);
    }

    private static void Check(
        AdamStep step, Span<float> values, Span<float> means, Span<float> squares, Span<float> gradients,
        Span<float> newValues, Span<float> newMeans, Span<float> newSquares)
    {
        var (w, g) = (Double(values), step.GradientScale * Double(gradients));
        var mean = step.Beta1 * Double(means) + (1 - step.Beta1) * g;
        var square = step.Beta2 * Double(squares) + (1 - step.Beta2) * g.PointwisePower(2);
        var move = step.Rate * mean.PointwiseDivide((step.SecondMomentScale * square).PointwiseSqrt() + step.Epsilon);
        Assert.InRange((mean - Double(newMeans)).InfinityNorm(), 0, 1e-6);
        Assert.InRange((square - Double(newSquares)).InfinityNorm(), 0, 1e-6);
        Assert.InRange((w - move - step.WeightDecay * w - Double(newValues)).InfinityNorm(), 0, 2e-5);
    }

    private static Vector<double> Double(Span<float> values) =>
        Vector<double>.Build.DenseOfEnumerable(values.ToArray().Select(value => (double)value));
}
