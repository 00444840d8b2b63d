namespace ActorSparse.Host.Benchmarks;

/// <summary>What <see cref="ConvolutionBenchmark"/> measures: convolutions with kernels of 3 x 3, stride 1 and padding 1.</summary>
internal sealed record ConvolutionBenchmarkOptions
{
    /// <summary>Channels, of input and output alike, and the side of the images.</summary>
    public IReadOnlyList<(int Channels, int Side)> Shapes { get; init; } = [(16, 32), (32, 16), (64, 8), (256, 8)];

    /// <summary>Fractions of all connections that the convolutions lack.</summary>
    public IReadOnlyList<double> Sparsities { get; init; } = [0.95, 0.9];

    /// <summary>Samples in a batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads to measure with.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Variants to measure, by name; the best one if empty.</summary>
    public IReadOnlyList<string> Kernels { get; init; } = [];

    /// <summary>Repetitions; the fastest one counts, so that other work on the machine matters less.</summary>
    public int Repetitions { get; init; } = 100;
}
