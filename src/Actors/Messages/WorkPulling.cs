using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Messages;

/// <summary>Requests for work that bring no result, in any phase. Answered with the work of the present one.</summary>
internal static class WorkPulling
{
    /// <summary>
    /// A worker asks for work without a result: after joining, because an answer did not come, or, with local steps, while it works. What
    /// was in flight with it, apart from what it says it holds, is open again.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows.</param>
    /// <param name="Work">A replica to be refreshed, or null.</param>
    /// <param name="HeldTicket">The hand-out that the worker works on; 0 for none.</param>
    public sealed record Request(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet>? Work,
        long HeldTicket = 0) : IWorkRequest;

    /// <summary>
    /// A worker's loss, gradient or replica was no longer finite. The work is open again; too many of these in an epoch end the run.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Ticket">Which hand-out could not be answered.</param>
    /// <param name="Detail">One line that names the layer.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows.</param>
    /// <param name="Work">The replica to be refreshed, or null.</param>
    public sealed record Diverged(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Ticket,
        string Detail,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet>? Work) : IWorkRequest;
}
