using ActorSparse.Model.Graph;

namespace ActorSparse.Host.Benchmarks;

/// <summary>What <see cref="NetworkBenchmark"/> measures.</summary>
/// <param name="Graph">The network.</param>
internal sealed record NetworkBenchmarkOptions(GraphSpec Graph)
{
    /// <summary>Fraction of the possible connections that the network lacks.</summary>
    public double Sparsity { get; init; } = 0.9;

    /// <summary>Samples of a batch, B.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Steps; the fastest counts, for every node by itself.</summary>
    public int Repetitions { get; init; } = 20;
}
