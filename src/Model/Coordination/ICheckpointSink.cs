using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>Where checkpoints go, and what epochs did. Called on one thread at a time.</summary>
internal interface ICheckpointSink
{
    /// <summary>
    /// Writes what an epoch did, if one ended, and then the state, completely or not at all; it is only read. What an epoch did is not lost
    /// if that fails: it comes with the next state.
    /// </summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="metrics">What the epoch that ended did; null if the state is from amid one.</param>
    /// <param name="isBest">Whether the network did better on the evaluation set than any before.</param>
    /// <exception cref="IOException">It could not be written; the checkpoint before is still there.</exception>
    void Write(RunState state, EpochMetrics? metrics, bool isBest);

    /// <summary>
    /// The state written last, by this run or before it was continued; the caller's. Null if there is none, so that the run is at its
    /// beginning.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="Model.InvalidInputException">It is damaged.</exception>
    RunState? ReadLast();
}
