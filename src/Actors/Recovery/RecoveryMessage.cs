using ActorSparse.Model.Coordination;
using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>What the coordinator of recoveries says to whoever started it and to itself, and what they say to it.</summary>
internal abstract record RecoveryMessage : INoSerializationVerificationNeeded
{
    /// <summary>To the coordinator: run this algorithm to its end. One at a time.</summary>
    /// <param name="Samples">Its samples.</param>
    /// <param name="Steps">The algorithm, at its beginning.</param>
    /// <param name="Result">Is told its end.</param>
    internal sealed record Solve(SampleSource Samples, IhtSteps Steps, TaskCompletionSource Result) : RecoveryMessage;

    /// <summary>To the coordinator: there is nothing more to do.</summary>
    /// <param name="Outcome">How the series ended, for workers on other nodes.</param>
    /// <param name="Error">What went wrong, in one line; null if nothing did.</param>
    internal sealed record End(RunOutcome Outcome, string? Error) : RecoveryMessage;

    /// <summary>To whoever started the coordinator: where the series stands.</summary>
    /// <param name="Problems">Algorithms begun.</param>
    /// <param name="Questions">Questions asked.</param>
    /// <param name="WorkersLost">How often a worker was lost.</param>
    internal sealed record Standing(long Problems, long Questions, int WorkersLost) : RecoveryMessage;

    /// <summary>A timer: a local worker that died has waited long enough to be started anew.</summary>
    internal sealed record Restart(int Worker) : RecoveryMessage;

    /// <summary>A timer: a worker has not answered an order.</summary>
    internal sealed record Silent(string Worker, long Incarnation) : RecoveryMessage;

    /// <summary>A timer: it is time to say where the series stands.</summary>
    internal sealed record TellStanding : RecoveryMessage;
}
