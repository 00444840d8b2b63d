using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public sealed class LinearCostTests : IDisposable
{
    private const int Samples = 8;
    private readonly NetworkCompute _compute = new();

    public void Dispose() => _compute.Dispose();

    [Theory]
    [InlineData(Guidance.Uniform)]
    [InlineData(Guidance.GraBo)]
    [InlineData(Guidance.GraEst)]
    public void An_evolution_of_a_wide_layer_takes_what_its_connections_and_neurons_take(Guidance guidance)
    {
        const int Width = 1 << 17;
        using var network = Network.Create(new NetworkSpec { LayerSizes = [Width, Width], Epsilon = 4 }, new RandomSource(1));
        using var workspace = Evidence(network);
        var managed = GC.GetAllocatedBytesForCurrentThread();
        using var evolution = Evolve(new GseRule(guidance, new()), network, workspace);
        managed = GC.GetAllocatedBytesForCurrentThread() - managed;

        long connections = network.ConnectionCount, neurons = 2 * Width;
        Assert.Equal(connections, evolution.Cost.DrawCount);
        Assert.InRange(evolution.Cost.GradientCount, 0.99 * connections, connections);
        Assert.InRange(evolution.Cost.AliasSteps, neurons, 2 * neurons + 100);
        Assert.InRange(evolution.Cost.WorkspaceBytes, 1, 60 * neurons + 24 * connections);
        Assert.InRange(managed, 1, 60 * neurons + 24 * connections);
        var perSample = evolution.Cost.FloatingPointOperations / Samples - 2 * evolution.Cost.GradientCount;
        Assert.Equal(guidance switch { Guidance.Uniform => 0, Guidance.GraBo => neurons, _ => 2 * neurons }, perSample);
        Assert.Equal((long)Math.Ceiling(0.2 * connections), evolution.Changes[0]!.GrownCount);
    }

    [Fact]
    public void RigL_is_dense_in_computing_and_bounded_in_memory()
    {
        const int Width = 2000;
        using var network = Network.Create(new NetworkSpec { LayerSizes = [Width, Width], Epsilon = 4 }, new RandomSource(1));
        using var workspace = Evidence(network);
        using var evolution = Evolve(new RigLRule(new()), network, workspace);
        Assert.Equal((long)Width * Width - network.ConnectionCount, evolution.Cost.GradientCount);
        Assert.InRange(evolution.Cost.WorkspaceBytes, 1, 32L * DenseScan.BlockPositions + 32 * (network.ConnectionCount + Width));
    }

    private NetworkEvolution Evolve(GuidedRule rule, Network network, Workspace workspace)
    {
        var random = new RandomSource(2);
        var snapshot = NetworkSnapshot.Of(network, random, 0) with { Evidence = new BatchEvidence(_compute, workspace, random, 0), UpdatesTotal = 1000 };
        return rule.Evolve(snapshot);
    }

    private static Workspace Evidence(Network network)
    {
        var workspace = new Workspace(network.Spec, Samples);
        var random = new RandomSource(3).Stream("evidence");
        foreach (var matrix in new[] { workspace.Input, workspace.Delta(0) })
            for (var neuron = 0; neuron < matrix.Neurons; neuron++)
                foreach (ref var value in matrix.Row(neuron)) value = random.NextSingle() - 0.5f;
        return workspace;
    }
}
