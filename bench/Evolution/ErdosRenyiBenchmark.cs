using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Evolution;

/// <summary>Sampling of a topology, its check and its identity included.</summary>
[MemoryDiagnoser]
public class ErdosRenyiBenchmark
{
    private readonly RandomSource _random = new(1);
    private long _draw;

    [Params(1_000, 1_000_000)]
    public int Side { get; set; }

    [Params(1, 20)]
    public double Epsilon { get; set; }

    [Benchmark]
    public int Sample()
    {
        using var topology = ErdosRenyi.Sample(Side, Side, Epsilon, _random.Stream("topology", _draw++));
        return topology.ConnectionCount;
    }
}
