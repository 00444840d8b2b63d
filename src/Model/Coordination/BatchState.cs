namespace ActorSparse.Model.Coordination;

/// <summary>Where a batch of an epoch stands.</summary>
internal enum BatchState : byte
{
    /// <summary>To be handed out.</summary>
    Open,

    /// <summary>A worker computes it.</summary>
    InFlight,

    /// <summary>Its gradient waits for the others of its step (WASSP).</summary>
    Answered,

    /// <summary>Its gradient has been applied.</summary>
    Done,
}
