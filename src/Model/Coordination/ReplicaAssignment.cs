namespace ActorSparse.Model.Coordination;

/// <summary>One epoch of phase two for one shard's replica.</summary>
/// <param name="Ticket">Number of this hand-out, unique in the run, ascending.</param>
/// <param name="Shard">Part of the training set that the replica learns from.</param>
/// <param name="Epoch">Epoch to train, counted from 0.</param>
/// <param name="EvolveFirst">
/// Whether the replica's topology evolves first: it has its own, and the epoch before was of the same round.
/// </param>
internal readonly record struct ReplicaAssignment(long Ticket, int Shard, int Epoch, bool EvolveFirst);
