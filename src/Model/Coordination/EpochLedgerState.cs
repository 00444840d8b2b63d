namespace ActorSparse.Model.Coordination;

/// <summary>What a checkpoint keeps of an <see cref="EpochLedger"/>: exactly which batches are done.</summary>
internal sealed record EpochLedgerState
{
    /// <summary>The oldest epoch that is not over.</summary>
    public required int Epoch { get; init; }

    /// <summary>The last ticket given out.</summary>
    public required long LastTicket { get; init; }

    /// <summary>For each shard and batch of <see cref="Epoch"/> whether it is done.</summary>
    public required bool[][] Done { get; init; }

    /// <summary>The same for the epoch after it.</summary>
    public required bool[][] DoneAhead { get; init; }
}
