using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Coordination;

/// <summary>An epoch of one shard's replica, for one worker.</summary>
/// <param name="Assignment">Shard and epoch, and the ticket to answer.</param>
/// <param name="Round">Round, counted from 0.</param>
/// <param name="Work">The replica with its momentum: the receiver's.</param>
internal readonly record struct ReplicaOrder(ReplicaAssignment Assignment, int Round, WorkSet Work);
