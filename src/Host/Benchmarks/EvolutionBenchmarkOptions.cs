using ActorSparse.Model;

namespace ActorSparse.Host.Benchmarks;

/// <summary>What <see cref="EvolutionBenchmark"/> measures.</summary>
internal sealed record EvolutionBenchmarkOptions
{
    private const int OutputNeurons = 10;

    /// <summary>Layer sizes of the networks: square ones of 2^12 to 2^18 neurons a layer.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Networks { get; init; } = [.. Enumerable.Range(12, 7).Select(power => Square(1 << power))];

    /// <summary>Rules that evolve with batches.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [.. TopologyRules.SparseNames.Where(name => name is not ("set" or "static"))];

    /// <summary>Erdos-Renyi parameter.</summary>
    public double Epsilon { get; init; } = 8;

    /// <summary>Samples of a batch, B.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Fraction of the hidden activations that steps drop.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Steps and evolutions of each kind; the fastest counts.</summary>
    public int Repetitions { get; init; } = 5;

    /// <summary>Rules that compute dense gradients are left out of networks with more connections than this when dense.</summary>
    public double DensePositionsMax { get; init; } = 1 << 28;

    /// <summary>Three layers of as many neurons, and ten outputs.</summary>
    public static IReadOnlyList<int> Square(int neurons) => [neurons, neurons, neurons, OutputNeurons];
}
