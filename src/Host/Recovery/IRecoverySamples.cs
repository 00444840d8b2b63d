using ActorSparse.Model.Recovery;

namespace ActorSparse.Host.Recovery;

/// <summary>Where the samples of one call come from: on each node of a cluster the same.</summary>
internal interface IRecoverySamples : IDisposable
{
    /// <summary>What they are called.</summary>
    string Name { get; }

    /// <summary>Hash of what was read; of samples that are drawn there is none.</summary>
    string ContentHash { get; }

    /// <summary>Whether the last feature is a constant, which then each layer has.</summary>
    bool HasBias { get; }

    /// <summary>Makes those of a source, before its layers; they are the caller's.</summary>
    RecoveryData Make(SampleSource source);

    /// <summary>What all nodes know of recoveries from them.</summary>
    RecoveryJob Job(ulong runId);

    /// <summary>The samples of a kind of recovery.</summary>
    /// <exception cref="Model.InvalidInputException">They cannot be had.</exception>
    static IRecoverySamples Load(RecoveryPlan plan, Configuration.Settings settings) => plan.Kind switch
    {
        "planted" => new PlantedSamples(plan, settings),
        "images" => PictureSamples.Load(plan, settings),
        _ => new FitSamples(plan, settings),
    };
}
