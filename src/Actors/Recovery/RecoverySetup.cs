using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>What the coordinator of a recovery is made with.</summary>
internal sealed record RecoverySetup
{
    /// <summary>The algorithm, at its beginning.</summary>
    public required IhtSteps Steps { get; init; }

    /// <summary>Number of workers.</summary>
    public required int Workers { get; init; }

    /// <summary>How a worker is made, from its number and incarnation.</summary>
    public required Func<int, long, Props> WorkerProps { get; init; }

    /// <summary>Timeouts and restarts.</summary>
    public required ProtocolSettings Settings { get; init; }

    /// <summary>Is told the end.</summary>
    public required TaskCompletionSource Result { get; init; }
}
