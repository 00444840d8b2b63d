using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>What coordinator and workers of a recovery say to each other, within one process.</summary>
internal abstract record RecoveryMessage : INoSerializationVerificationNeeded
{
    /// <summary>To a worker: sum a share.</summary>
    internal sealed record Compute(ShareOrder Order) : RecoveryMessage;

    /// <summary>To the coordinator: the sums.</summary>
    internal sealed record Computed(int Worker, long Ticket, int Share, IReadOnlyList<NodeSum> Nodes) : RecoveryMessage;

    /// <summary>To the coordinator, from whoever started it: end.</summary>
    internal sealed record Stop : RecoveryMessage;

    /// <summary>A timer: a worker that died has waited long enough to be started anew.</summary>
    internal sealed record Restart(int Worker) : RecoveryMessage;

    /// <summary>A timer: a worker has not answered an order.</summary>
    internal sealed record Silent(int Worker, long Incarnation) : RecoveryMessage;
}
