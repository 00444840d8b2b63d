using ActorSparse.Actors.State;

namespace ActorSparse.Actors;

/// <summary>Where checkpoints go. Called on one thread at a time.</summary>
public interface ICheckpointSink
{
    /// <summary>Writes a state, completely or not at all; it is only read.</summary>
    /// <exception cref="IOException">It could not be written; the checkpoint before is still there.</exception>
    void Write(RunState state, bool isBest);
}
