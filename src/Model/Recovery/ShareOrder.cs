namespace ActorSparse.Model.Recovery;

/// <summary>A share of one question: some of the batch's chunks, which one worker is to sum.</summary>
/// <param name="Ticket">Number of the question, ascending.</param>
/// <param name="Share">Which share.</param>
/// <param name="FirstChunk">The first chunk.</param>
/// <param name="EndChunk">The chunk after the last one.</param>
/// <param name="Request">The question.</param>
internal sealed record ShareOrder(long Ticket, int Share, int FirstChunk, int EndChunk, SumRequest Request);
