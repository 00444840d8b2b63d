namespace ActorSparse.Model.Coordination;

/// <summary>How a run ended.</summary>
internal enum RunOutcome : byte
{
    /// <summary>All epochs were trained.</summary>
    Completed,

    /// <summary>It was asked to stop; the last checkpoint continues it.</summary>
    Stopped,

    /// <summary>It could not go on; the last checkpoint is from before.</summary>
    Failed,

    /// <summary>Its numbers are lost for the first time: it is to go on from the last good state at a lower learning rate.</summary>
    Diverged,
}
