using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Training;

/// <summary>The run that an <see cref="IDenseRule"/> takes part in; nothing of it is the rule's own.</summary>
internal sealed record DenseRunContext
{
    /// <summary>The network in training.</summary>
    public required Network Network { get; init; }

    /// <summary>The training samples.</summary>
    public required Dataset Data { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>What computes.</summary>
    public required NetworkCompute Compute { get; init; }

    /// <summary>Where training stands.</summary>
    public required TrainingState State { get; init; }

    /// <summary>Batches, and so updates, of an epoch.</summary>
    public required int BatchCount { get; init; }

    /// <summary>What <see cref="DenseRun.Kept"/> was where the run goes on; empty where it begins.</summary>
    public required IReadOnlyList<Network?> Kept { get; init; }

    /// <summary>The seed's streams.</summary>
    public RandomSource Random => new(State.Seed);

    /// <summary>Updates of the whole run.</summary>
    public long UpdatesTotal => (long)BatchCount * Options.Epochs;
}
