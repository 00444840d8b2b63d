namespace ActorSparse.Model.Wire;

/// <summary>
/// A piece of a message of the training protocol; pieces come in order, one message after the other. The memory is the sender's until the
/// arrival of the piece is confirmed: on the way to another node it is copied.
/// </summary>
/// <param name="TransferId">Which message on this link, ascending.</param>
/// <param name="Index">Number of the piece, from 0.</param>
/// <param name="TotalBytes">Size of the whole message.</param>
/// <param name="Manifest">Names the type of the message.</param>
/// <param name="Bytes">The piece.</param>
internal readonly record struct MessageChunk(long TransferId, int Index, long TotalBytes, string Manifest, ReadOnlyMemory<byte> Bytes);
