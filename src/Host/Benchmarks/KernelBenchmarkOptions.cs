

namespace ActorSparse.Host.Benchmarks;

/// <summary>What <see cref="KernelBenchmark"/> measures: a network, a batch and how often.</summary>
internal sealed record KernelBenchmarkOptions
{
    /// <summary>Neurons of each layer, input first.</summary>
    public IReadOnlyList<int> LayerSizes { get; init; } = [784, 1000, 1000, 1000, 10];

    /// <summary>Erdos-Renyi parameter of every layer.</summary>
    public double Epsilon { get; init; } = 20;

    /// <summary>Samples in a batch.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Samples of an epoch, for the seconds an epoch takes; only whole batches count.</summary>
    public int EpochSamples { get; init; } = 60_000;

    /// <summary>Dropout rate of hidden activations in the whole training step.</summary>
    public float Dropout { get; init; } = 0.3f;

    /// <summary>Threads to measure with.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Variants to measure, by name; all that the processor can run if empty.</summary>
    public IReadOnlyList<string> Kernels { get; init; } = [];

    /// <summary>Repetitions; the fastest one counts, so that other work on the machine matters less.</summary>
    public int Repetitions { get; init; } = 200;
}
