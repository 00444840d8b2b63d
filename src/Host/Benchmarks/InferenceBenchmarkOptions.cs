namespace ActorSparse.Host.Benchmarks;

/// <summary>What <see cref="InferenceBenchmark"/> measures.</summary>
internal sealed record InferenceBenchmarkOptions
{
    /// <summary>Layer sizes, where there is neither a checkpoint nor another network.</summary>
    public IReadOnlyList<int> LayerSizes { get; init; } = [784, 1000, 1000, 1000, 10];

    /// <summary>Batches, in samples.</summary>
    public IReadOnlyList<int> BatchSizes { get; init; } = [1, 2, 4, 8, 16, 128];

    /// <summary>Number of threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The instruction set; null for the best.</summary>
    public string? Kernels { get; init; }

    /// <summary>Times that a batch is computed at most; after two seconds it is enough.</summary>
    public int Repetitions { get; init; } = 10_000;
}
