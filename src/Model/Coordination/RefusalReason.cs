namespace ActorSparse.Model.Coordination;

/// <summary>Why something was refused.</summary>
internal enum RefusalReason : byte
{
    /// <summary>Nothing was refused.</summary>
    None,

    /// <summary>It belongs to another run: the worker joins this one.</summary>
    OtherRun,

    /// <summary>The sender has not joined, or was forgotten: it joins.</summary>
    UnknownWorker,

    /// <summary>A later life of the same worker has joined: the sender stops.</summary>
    OldIncarnation,

    /// <summary>The sender is configured for another training: it stops.</summary>
    OtherConfiguration,

    /// <summary>The batch or epoch was taken back from this worker, or is done: the answer brings other work.</summary>
    NotInFlight,

    /// <summary>The result is of another phase of training: the answer brings work of the present one.</summary>
    OtherPhase,

    /// <summary>The gradient is staler than the bound: the batch is open again.</summary>
    TooStale,

    /// <summary>The gradient is of a topology so old that it cannot be carried over: the batch is open again.</summary>
    UnknownTopology,

    /// <summary>The gradient or replica holds NaN or infinity: the batch is open again.</summary>
    NotFinite,

    /// <summary>It says of itself what cannot be: a loss that is no number, more hits than samples, another number of batches, candidates that are present.</summary>
    Implausible,

    /// <summary>Another worker of that name takes part: the sender stops, and its node with it.</summary>
    NameTaken,
}
