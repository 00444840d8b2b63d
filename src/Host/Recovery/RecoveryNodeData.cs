using ActorSparse.Host.Configuration;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Host.Recovery;

/// <summary>The samples of recoveries on a worker node.</summary>
internal sealed class RecoveryNodeData : IDisposable
{
    /// <summary>Reads them; <paramref name="kind"/> is planted, images or fit.</summary>
    /// <exception cref="Model.InvalidInputException">They cannot be had here.</exception>
    public RecoveryNodeData(string kind, Settings settings)
    {
        Samples = IRecoverySamples.Load(RecoveryPlan.From(kind, settings), settings);
        Store = new(Samples.Make, Samples.HasBias);
    }

    /// <summary>Where they come from.</summary>
    public IRecoverySamples Samples { get; }

    /// <summary>Those that are worked with.</summary>
    public SampleStore Store { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store.Dispose();
        Samples.Dispose();
    }
}
