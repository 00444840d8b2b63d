using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>
/// What the coordinator's timers tell it. Each is its own key: setting one again replaces it, and one that fires too late names what it
/// was set for.
/// </summary>
internal abstract record CoordinatorTimer : INoSerializationVerificationNeeded
{
    /// <summary>It is time to tell the listener where the run stands.</summary>
    internal sealed record ReportStatus : CoordinatorTimer;

    /// <summary>A worker that died has waited long enough to be started anew.</summary>
    internal sealed record RestartWorker(string Name) : CoordinatorTimer;

    /// <summary>A worker may have said nothing for too long.</summary>
    internal sealed record WorkerSilent(string Worker, long Incarnation) : CoordinatorTimer;
}
