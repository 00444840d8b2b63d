using ActorSparse.Model.Recovery;

namespace ActorSparse.Actors.Messages;

/// <summary>Recovery by hard thresholding: questions about samples, in shares, and their sums. Joining and leaving is as in training.</summary>
internal static class RecoverySums
{
    /// <summary>A share of a question, complete in itself. Answered with <see cref="Computed"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="Samples">What the question is about.</param>
    /// <param name="Order">The share.</param>
    public sealed record Compute(ulong RunId, string Worker, long Incarnation, SampleSource Samples, ShareOrder Order) : IToWorker;

    /// <summary>The sums of a share; the worker waits for the next. An answer that nobody waits for any more is dropped.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="Ticket">Number of the question.</param>
    /// <param name="Share">Which share of it.</param>
    /// <param name="Nodes">The sums.</param>
    public sealed record Computed(ulong RunId, string Worker, long Incarnation, long Ticket, int Share, IReadOnlyList<NodeSum> Nodes) : IFromWorker;
}
