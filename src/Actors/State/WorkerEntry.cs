using ActorSparse.Model.Coordination;
using Akka.Actor;

namespace ActorSparse.Actors.State;

/// <summary>What the coordinator knows of a worker that has joined.</summary>
internal sealed class WorkerEntry(string name, long incarnation, IActorRef actor, int homeShard)
{
    public string Name { get; } = name;

    public long Incarnation { get; } = incarnation;

    public IActorRef Actor { get; } = actor;

    public int HomeShard { get; } = homeShard;

    /// <summary>Its latest request.</summary>
    public long RequestId { get; set; }

    public IReadOnlyList<ulong> KnownTopologyIds { get; set; } = [];

    /// <summary>Whether that request still waits for work.</summary>
    public bool IsParked { get; set; }

    /// <summary>What the answer to a parked request will say of what the request brought.</summary>
    public RefusalReason ParkedRefusal { get; set; }

    /// <summary>When it was last heard of, on the scheduler's clock.</summary>
    public TimeSpan HeardAt { get; set; }
}
