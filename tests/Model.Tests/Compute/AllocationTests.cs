using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Compute;

public sealed class AllocationTests
{
    private readonly RandomSource _random = new(4);

    // A step runs thousands of times a second beside others: what it left to the garbage collector would stop them all.
    [Fact]
    public void A_training_step_allocates_nothing_once_its_buffers_are_there()
    {
        var spec = new NetworkSpec { LayerSizes = [30, 40, 40, 3] };
        var options = new TrainingOptions { BatchSize = 16 };
        using var network = Network.Create(spec, _random);
        using var data = Data(160);
        using var compute = new NetworkCompute();
        using var gradient = new BatchGradient(spec, data, new(160, 16, _random), options, compute, _random);
        using var gradients = new GradientSet(network.Parameters);
        void Step(int batch)
        {
            gradient.Compute(network, 0, batch, gradients);
            compute.Update(network.Parameters, gradients, new SgdStep(0.01f, 0.9f, 0.0002f, false, 1));
            compute.Update(network.Parameters, gradients, new AdamStep(0.001f, 0.9f, 0.99f, 1, 1e-8f, 0, 1));
        }
        Step(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 1; batch < 10; batch++) Step(batch);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void An_evolution_allocates_no_arrays_in_proportion_to_the_connections()
    {
        // One array of four bytes a connection would be over 400,000; code that is not yet optimised allocates a few bytes more.
        using var network = Network.Create(new() { LayerSizes = [2000, 2000, 2000, 3] }, _random);
        Assert.True(network.ConnectionCount > 100_000);
        EpochEvolution.Run(network, new TrainingOptions(), _random, 0).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        EpochEvolution.Run(network, new TrainingOptions(), _random, 1).Dispose();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    private DenseDataset Data(int samples)
    {
        var values = new NativeBuffer<float>(samples * 30L);
        var random = _random.Stream("samples");
        foreach (ref var value in values.Span) value = random.NextSingle();
        return new("samples", values, 30, [.. Enumerable.Range(0, samples).Select(index => index % 3)], 3);
    }
}
