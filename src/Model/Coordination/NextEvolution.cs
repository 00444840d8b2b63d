namespace ActorSparse.Model.Coordination;

/// <summary>When the topologies of the coordinator's network evolve next.</summary>
/// <param name="Epoch">The epoch, counted from 0, after which they do; the number of epochs if there is none.</param>
/// <param name="Update">The update of phase one, counted from 0, with which they do; the number of updates if there is none.</param>
/// <param name="Shard">The shard whose batch that update's evolution goes by, where all shards have a batch in every update.</param>
internal readonly record struct NextEvolution(int Epoch, long Update, int Shard);
