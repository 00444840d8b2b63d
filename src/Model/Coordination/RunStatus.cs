namespace ActorSparse.Model.Coordination;

/// <summary>Where a run stands.</summary>
internal sealed record RunStatus
{
    /// <summary>Phase of the run.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>The oldest epoch that is not over, counted from 0; the number of epochs when all are.</summary>
    public required int Epoch { get; init; }

    /// <summary>Batches done of that epoch: in phase two of all replicas together.</summary>
    public required int BatchesDone { get; init; }

    /// <summary>Mean loss over the samples of that epoch so far; 0 while there are none.</summary>
    public required double Loss { get; init; }

    /// <summary>Samples of that epoch so far.</summary>
    public required long Samples { get; init; }

    /// <summary>Batches of that epoch.</summary>
    public required int BatchesPerEpoch { get; init; }

    /// <summary>Updates applied to the coordinator's parameters.</summary>
    public required long ModelVersion { get; init; }

    /// <summary>Updates made by anybody, those of phase two's replicas included.</summary>
    public required long Updates { get; init; }

    /// <summary>Mean staleness of the gradients applied, in updates.</summary>
    public required double StalenessMean { get; init; }

    /// <summary>Largest staleness of a gradient applied, in updates.</summary>
    public required long StalenessMax { get; init; }

    /// <summary>Gradients and replicas that were refused, for whatever reason.</summary>
    public required long Refused { get; init; }

    /// <summary>Bytes of messages that went to other nodes since the coordinator was started; 0 in one process.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of messages that came from other nodes.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Workers that take part.</summary>
    public required int WorkersAlive { get; init; }

    /// <summary>How often a worker was lost.</summary>
    public required int WorkersLost { get; init; }

    /// <summary>What each of those that have answered has contributed, by name.</summary>
    public IReadOnlyList<WorkerStatus> Workers { get; init; } = [];

    /// <summary>Connections of every layer.</summary>
    public required IReadOnlyList<int> Connections { get; init; }
}
