using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>A node's signal to itself to say what was refused.</summary>
internal sealed class ReportRefusals : INoSerializationVerificationNeeded
{
    public static readonly ReportRefusals Instance = new();

    private ReportRefusals() { }
}
