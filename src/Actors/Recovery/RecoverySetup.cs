using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>What the coordinator of recoveries is made with.</summary>
internal sealed record RecoverySetup
{
    /// <summary>The run.</summary>
    public required ulong RunId { get; init; }

    /// <summary>Shares of a question at least; more if there are more workers.</summary>
    public required int Shares { get; init; }

    /// <summary>Is told what happens; nobody by default.</summary>
    public IActorRef Listener { get; init; } = ActorRefs.Nobody;

    /// <summary>Number of workers that the coordinator starts itself and supervises; others join from outside.</summary>
    public int LocalWorkers { get; init; }

    /// <summary>How a local worker is made, from coordinator, name and incarnation.</summary>
    public Func<IActorRef, string, long, Props>? WorkerProps { get; init; }

    /// <summary>Timeouts and restarts.</summary>
    public required ProtocolSettings Settings { get; init; }
}
