using System.Runtime.InteropServices;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Tests.Compute;

public sealed class ThreadIndependenceTests
{
    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var kernels in SparseKernels.Available)
            foreach (var batch in new[] { 1, 5, 33, 128 }) cases.Add(kernels.Name, batch);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Training_is_bitwise_the_same_on_any_number_of_threads(string kernels, int batch)
    {
        var expected = Train(kernels, batch, threads: 1);
        foreach (var threads in new[] { 2, 3, 5 }) Assert.Equal(expected, Train(kernels, batch, threads));
    }

    // Losses and all parameters after three steps.
    private static byte[] Train(string kernels, int batch, int threads)
    {
        var spec = new NetworkSpec { LayerSizes = [150, 120, 131, 5] };
        using var network = SparseSamples.Network(spec, 0.13, seed: 8);
        using var workspace = new Workspace(spec, batch);
        using var gradients = new GradientSet(network.Parameters);
        using var compute = new NetworkCompute(SparseKernels.Named(kernels), threads);
        var random = new RandomSource(9).Stream("training");
        var result = new List<byte>();
        for (var step = 0; step < 3; step++)
        {
            SparseSamples.FillBatch(workspace.Input, batch, random);
            var labels = SparseSamples.Labels(batch, 5, random);
            compute.ForwardTraining(network, workspace, 0.3f, dropoutKey: random.NextUInt64());
            result.AddRange(BitConverter.GetBytes(compute.Backward(network, workspace, labels, gradients, [])));
            compute.Update(network.Parameters, gradients, new SgdStep(0.01f, 0.9f, 0.0002f, false, 1));
            compute.Update(network.Parameters, gradients, new AdamStep(0.01f, 0.9f, 0.99f, 1, 1e-8f, 0.0002f, 0.5f));
        }
        foreach (var block in network.Parameters.Blocks) result.AddRange(MemoryMarshal.AsBytes(block.Values.Span).ToArray());
        return [.. result];
    }
}
