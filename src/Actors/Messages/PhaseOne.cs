using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Messages;

/// <summary>Asynchronous (WASAP) or step by step (WASSP) gradients.</summary>
public static class PhaseOne
{
    /// <summary>A worker offers the gradient of its batch and asks for the next one. Answered with <see cref="Parameters"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Ticket">Which hand-out of a batch it answers.</param>
    /// <param name="ModelVersion">Version of the parameters it was computed from, t0.</param>
    /// <param name="Result">Loss and hits over the batch.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows: those of the gradients.</param>
    /// <param name="Work">The gradients, and the replica to be refreshed.</param>
    /// <param name="Evolution">The changes of topologies made by this batch: the coordinator's from now on. Null if none were due.</param>
    /// <param name="EvolveSeconds">How long those took to compute.</param>
    public sealed record GradientPush(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Ticket,
        long ModelVersion,
        BatchResult Result,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work,
        Lease<NetworkEvolution>? Evolution = null,
        double EvolveSeconds = 0) : IWorkRequest;

    /// <summary>The present parameters and the next batch.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">The request that is answered.</param>
    /// <param name="ModelVersion">Version of the parameters, t: the number of updates applied.</param>
    /// <param name="Assignment">The batch to compute.</param>
    /// <param name="Evolves">Whether an evolution under a guided rule is due and to be made by this batch too.</param>
    /// <param name="Refusal">Why the gradient of the request was not applied, if it was not.</param>
    /// <param name="KnownTopologyIds">The topologies the worker said it knows: a serializer leaves out their indices.</param>
    /// <param name="Work">The parameters.</param>
    public sealed record Parameters(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long ModelVersion,
        Assignment Assignment,
        bool Evolves,
        RefusalReason Refusal,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work) : IWorkAnswer;
}
