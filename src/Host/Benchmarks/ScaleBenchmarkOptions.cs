namespace ActorSparse.Host.Benchmarks;

/// <summary>What <see cref="ScaleBenchmark"/> measures.</summary>
internal sealed record ScaleBenchmarkOptions
{
    /// <summary>Neurons on each side of the single layer that is built; 0 leaves this part out.</summary>
    public int LayerSide { get; init; } = 1_000_000;

    /// <summary>Neurons of each hidden layer of the networks that SET's authors measured; none leaves this part out.</summary>
    public IReadOnlyList<int> SetNeurons { get; init; } = [.. SetScaleBenchmark.Stated.Select(stated => stated.Neurons)];

    /// <summary>Hidden neurons of the networks that are trained, spread over <see cref="HiddenLayers"/> layers.</summary>
    public IReadOnlyList<int> HiddenNeurons { get; init; } = [500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000];

    /// <summary>Number of hidden layers.</summary>
    public int HiddenLayers { get; init; } = 10;

    /// <summary>Features of the synthetic data (wasap specification, section 6).</summary>
    public int FeatureCount { get; init; } = 65_536;

    /// <summary>Erdos-Renyi parameter.</summary>
    public double Epsilon { get; init; } = 1;

    /// <summary>Samples of a batch, B.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where networks are saved to be loaded again; each file goes at once.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>Training steps of each network; the fastest counts.</summary>
    public int Repetitions { get; init; } = 3;
}
