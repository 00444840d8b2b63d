namespace ActorSparse.Actors.State;

/// <summary>How a run ended.</summary>
public enum RunOutcome : byte
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>It was asked to stop; the last checkpoint continues it.</summary>
    Stopped,

    /// <summary>It could not go on; the last checkpoint is from before.</summary>
    Failed,
}
