namespace ActorSparse.Model.Coordination;

/// <summary>
/// Batches handed to one worker: one, or with local steps several that follow each other. What is handed out again gets a new ticket, so
/// that a late answer is told apart.
/// </summary>
/// <param name="Ticket">Number of this hand-out, unique in the run, ascending from 1; 0 stands for none.</param>
/// <param name="Epoch">Epoch, counted from 0.</param>
/// <param name="Shard">Part of the training set, counted from 0.</param>
/// <param name="Batch">First batch, of that shard in that epoch, counted from 0.</param>
/// <param name="Count">Number of batches.</param>
internal readonly record struct Assignment(long Ticket, int Epoch, int Shard, int Batch, int Count = 1);
