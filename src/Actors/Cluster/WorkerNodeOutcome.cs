namespace ActorSparse.Actors.Cluster;

/// <summary>Why a worker node has nothing more to do.</summary>
internal enum WorkerNodeOutcome
{
    /// <summary>All epochs are trained.</summary>
    Finished,

    /// <summary>The run was stopped before its end; its last checkpoint continues it.</summary>
    Stopped,

    /// <summary>The run could not go on.</summary>
    Failed,

    /// <summary>It was asked to leave and has delivered what it had.</summary>
    Left,

    /// <summary>The coordinator is gone or was started anew: the node joins again.</summary>
    CoordinatorLost,

    /// <summary>It cannot take part: another data set, configuration or version.</summary>
    Rejected,
}
