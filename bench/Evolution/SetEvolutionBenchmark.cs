using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Evolution;

/// <summary>One SET evolution of one layer, its application to the values included.</summary>
[MemoryDiagnoser]
public class SetEvolutionBenchmark
{
    private readonly RandomSource _random = new(1);
    private readonly SetRule _rule = new(0.3);
    private Network? _network;
    private long _evolution;

    [Params(10_000, 40_000, 1_000_000)]
    public int Connections { get; set; }

    [GlobalSetup]
    public void Create()
    {
        // Epsilon 20 makes 40 connections a neuron.
        var side = Connections / 40;
        _network = Network.Create(new NetworkSpec { LayerSizes = [side, side, 2], Epsilon = 20 }, _random);
    }

    [GlobalCleanup]
    public void Cleanup() => _network!.Dispose();

    [Benchmark]
    public int Evolve()
    {
        using var change = _rule.Evolve(BlockSnapshot.Of(_network!, 0, _random, _evolution++))!;
        _network!.Parameters.Sparse[0].Apply(change);
        return change.GrownCount;
    }
}
