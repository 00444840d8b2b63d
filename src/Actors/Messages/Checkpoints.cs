using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Messages;

/// <summary>Checkpoints between coordinator and the actor that writes them.</summary>
internal static class Checkpoints
{
    /// <summary>The coordinator's state, to be written while training goes on. A newer one makes an unwritten older one obsolete.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="CheckpointId">Number of the checkpoint, ascending.</param>
    /// <param name="Metrics">What the epoch that ended did; null if the state is from amid one.</param>
    /// <param name="IsBest">Whether it is the best so far on the evaluation set.</param>
    /// <param name="State">Everything a run needs to continue; others read its networks as well.</param>
    public sealed record Write(ulong RunId, long CheckpointId, EpochMetrics? Metrics, bool IsBest, Lease<RunState> State) : IToHelper;

    /// <summary>A checkpoint is on disk, or could not be written.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="CheckpointId">Number of the checkpoint.</param>
    /// <param name="Error">What went wrong; null if nothing did.</param>
    public sealed record Written(ulong RunId, long CheckpointId, string? Error) : IToCoordinator, ILocalMessage;

    /// <summary>To a writer of its own, from whoever started a run that diverged: where does it go on?</summary>
    /// <param name="RunId">The run.</param>
    public sealed record ReadLast(ulong RunId) : IToHelper;

    /// <summary>The state that was written last.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="State">The state: the receiver's from now on; null if there is none.</param>
    /// <param name="Error">Why it could not be read; null if it could.</param>
    public sealed record LastRead(ulong RunId, Lease<RunState>? State, string? Error) : IToListener;
}
