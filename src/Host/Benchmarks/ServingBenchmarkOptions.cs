namespace ActorSparse.Host.Benchmarks;

/// <summary>What `actorsparse bench serve` measures.</summary>
internal sealed record ServingBenchmarkOptions
{
    /// <summary>Requests a second, each at its time whatever became of those before.</summary>
    public double Rate { get; init; } = 200;

    /// <summary>For how many seconds.</summary>
    public int Seconds { get; init; } = 60;
}
