using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>A worker's signal to itself that an answer may be late.</summary>
internal sealed class AnswerLate : INoSerializationVerificationNeeded
{
    public static readonly AnswerLate Instance = new();

    private AnswerLate() { }
}
