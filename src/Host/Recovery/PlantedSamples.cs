using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Host.Recovery;

/// <summary>Samples of networks that are drawn.</summary>
internal sealed class PlantedSamples : IRecoverySamples
{
    private const int DefaultFeatures = 100, DefaultSamples = 5000;

    private readonly RecoveryPlan _plan;

    /// <summary>As the options say.</summary>
    /// <exception cref="InvalidInputException">There are too few weights.</exception>
    public PlantedSamples(RecoveryPlan plan, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(settings);
        _plan = plan;
        FeatureCount = settings.FindWhole("features") ?? DefaultFeatures;
        SampleCount = settings.FindWhole("samples") ?? DefaultSamples;
        OutputCount = settings.FindWhole("outputs") ?? 1;
        var matrices = plan.Layers + (OutputCount > 1 ? 1 : 0);
        if (plan.Nonzeros.FirstOrDefault(nonzeros => nonzeros < matrices) is > 0 and var few)
            throw new InvalidInputException($"--nonzeros {few}: expected at least {matrices}, one for each matrix");
    }

    /// <summary>Inputs.</summary>
    public int FeatureCount { get; }

    /// <summary>Samples.</summary>
    public int SampleCount { get; }

    /// <summary>Outputs.</summary>
    public int OutputCount { get; }

    /// <inheritdoc/>
    public string Name => "planted networks";

    /// <inheritdoc/>
    public string ContentHash => "";

    /// <inheritdoc/>
    public bool HasBias => false;

    /// <summary>The network of so many neurons and weights that a seed plants.</summary>
    public PlantedNetwork Plant(int neurons, int nonzeros, long seed) =>
        PlantedNetwork.Draw(FeatureCount, neurons, nonzeros, (ulong)seed, _plan.Layers, OutputCount, _plan.HasSigns);

    /// <inheritdoc/>
    public RecoveryData Make(SampleSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Plant(source.Neurons, source.Nonzeros, source.Seed).Sample(SampleCount, (ulong)source.Seed);
    }

    /// <inheritdoc/>
    public RecoveryJob Job(ulong runId) => _plan.Job(runId, FeatureCount, OutputCount);

    /// <inheritdoc/>
    public void Dispose() { }
}
