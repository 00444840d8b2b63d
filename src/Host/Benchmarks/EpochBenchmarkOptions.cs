using ActorSparse.Model.Numerics;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// What <see cref="EpochBenchmark"/> measures; the defaults are the Fashion-MNIST recipe (wasap specification, section 6).
/// </summary>
internal sealed record EpochBenchmarkOptions
{
    /// <summary>Layer sizes.</summary>
    public IReadOnlyList<int> LayerSizes { get; init; } = [784, 1000, 1000, 1000, 10];

    /// <summary>Erdos-Renyi parameter.</summary>
    public double Epsilon { get; init; } = 20;

    /// <summary>Share of all connections that the network lacks, instead of <see cref="Epsilon"/>; null for none.</summary>
    public double? Sparsity { get; init; }

    /// <summary>What the products of fully connected layers read.</summary>
    public FloatFormat Activations { get; init; }

    /// <summary>Training samples, N.</summary>
    public int SampleCount { get; init; } = 60_000;

    /// <summary>Samples of a batch, B.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Dropout of the hidden activations.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>Numbers of threads to measure, each in turn.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [1, 2];

    /// <summary>Epochs of each measurement; the fastest counts.</summary>
    public int Repetitions { get; init; } = 5;
}
