namespace ActorSparse.Model.Coordination;

/// <summary>Kinds of events that the coordinator reports.</summary>
internal enum RunEvent : byte
{
    /// <summary>A phase or round began.</summary>
    PhaseBegan,

    /// <summary>A worker joined.</summary>
    WorkerJoined,

    /// <summary>A worker died or fell silent; it may come back.</summary>
    WorkerLost,

    /// <summary>A worker died too often and stays away.</summary>
    WorkerGivenUp,

    /// <summary>Nothing is heard of the coordinator: the threads that it shares with workers hang.</summary>
    CoordinatorSilent,

    /// <summary>A topology evolution was applied.</summary>
    Evolved,

    /// <summary>A round's average was clearly worse than its replicas and not taken.</summary>
    AverageRejected,

    /// <summary>The topology actor, the evaluator or the checkpoint writer died and was started anew.</summary>
    HelperRestarted,

    /// <summary>One of them died too often in a row and stays away.</summary>
    HelperGivenUp,

    /// <summary>A gradient or replica was refused as not finite.</summary>
    NotFinite,

    /// <summary>A checkpoint could not be written; those after it that cannot be either are not told of.</summary>
    CheckpointFailed,

    /// <summary>A coordinator that stands by does not answer; it is removed unless it comes back.</summary>
    NodeUnreachable,

    /// <summary>A coordinator that stands by answers again.</summary>
    NodeReachable,

    /// <summary>Messages of other nodes were refused.</summary>
    Refused,

    /// <summary>Training diverged and goes on from the last good state at a lower learning rate.</summary>
    Retried,

    /// <summary>Checkpoints can be written again.</summary>
    CheckpointsResumed,
}
