using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>What nodes and links tell themselves, by timers whose keys these are too, and what a node tells its links.</summary>
internal abstract record NodeSignal : INoSerializationVerificationNeeded
{
    /// <summary>What is under way on a link may be lost.</summary>
    internal sealed record ArrivalLate : NodeSignal;

    /// <summary>There was no answer: ask once more.</summary>
    internal sealed record AskAgain : NodeSignal;

    /// <summary>It is time to say what was refused.</summary>
    internal sealed record ReportRefusals : NodeSignal;

    /// <summary>Deliver what is being computed, take leave and stop.</summary>
    internal sealed record LeaveNode : NodeSignal;
}
