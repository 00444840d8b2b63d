using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Messages;

/// <summary>
/// An evolution by gradients, between updates of phase one: a worker measures a batch on a snapshot, the topology actor draws candidates, a
/// worker computes their gradients from the same batch and snapshot, the topology actor selects. An attempt of which anything is lost is
/// followed by another with the same snapshot.
/// </summary>
public static class GuidedGrowth
{
    /// <summary>A worker is to sum up what a batch does at every neuron of a snapshot. Answered with <see cref="Measured"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">The request that is answered.</param>
    /// <param name="Update">The update that the evolution goes with, counted from 0.</param>
    /// <param name="Assignment">The batch to look at; that it is trained on as well is another hand-out.</param>
    /// <param name="Refusal">Why the result of the request was not used, if it was not.</param>
    /// <param name="KnownTopologyIds">The topologies the worker said it knows: a serializer leaves out their indices.</param>
    /// <param name="Work">The snapshot.</param>
    public sealed record Measure(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Update,
        Assignment Assignment,
        RefusalReason Refusal,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work) : IWorkAnswer;

    /// <summary>The sums of a batch, two numbers a neuron at most; more work, please.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Ticket">Which hand-out it answers.</param>
    /// <param name="Sums">For each layer what the batch tells about the neurons beside it.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows.</param>
    /// <param name="Work">The replica to be refreshed.</param>
    public sealed record Measured(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Ticket,
        IReadOnlyList<NeuronSums?> Sums,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet>? Work) : IWorkRequest;

    /// <summary>The topology actor is to draw candidates for a snapshot. Answered with <see cref="Drawn"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvolutionId">Number of the attempt.</param>
    /// <param name="Update">The update that the evolution goes with.</param>
    /// <param name="Sums">The sums of a batch; empty if the rule needs none.</param>
    /// <param name="Snapshot">The snapshot: the topology actor's from now on.</param>
    public sealed record Draw(
        ulong RunId, long EvolutionId, long Update, IReadOnlyList<NeuronSums?> Sums, Lease<WorkSet> Snapshot) : IToHelper;

    /// <summary>The candidates. Refused as late if their number is not that of the present attempt.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvolutionId">Number of the attempt.</param>
    /// <param name="Seconds">How long it took to draw them.</param>
    /// <param name="Candidates">Absent connections, without gradients: the coordinator's from now on.</param>
    public sealed record Drawn(ulong RunId, long EvolutionId, double Seconds, Lease<CandidateSet> Candidates) : IToCoordinator, ILocalMessage;

    /// <summary>
    /// A worker is to compute the gradients of candidates, and of nothing else. Answered with <see cref="Differentiated"/>.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">The request that is answered.</param>
    /// <param name="Update">The update that the evolution goes with.</param>
    /// <param name="Assignment">The batch: the same that was measured.</param>
    /// <param name="Refusal">Why the result of the request was not used, if it was not.</param>
    /// <param name="KnownTopologyIds">The topologies the worker said it knows: a serializer leaves out their indices.</param>
    /// <param name="Work">The snapshot that the candidates were drawn for.</param>
    /// <param name="Candidates">The candidates: the worker's from now on.</param>
    public sealed record Differentiate(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Update,
        Assignment Assignment,
        RefusalReason Refusal,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work,
        Lease<CandidateSet> Candidates) : IWorkAnswer;

    /// <summary>The candidates with their gradients; more work, please.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Ticket">Which hand-out it answers.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows.</param>
    /// <param name="Work">The replica to be refreshed.</param>
    /// <param name="Candidates">The candidates: the coordinator's from now on.</param>
    public sealed record Differentiated(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Ticket,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet>? Work,
        Lease<CandidateSet> Candidates) : IWorkRequest;

    /// <summary>The topology actor is to choose what grows and what goes. Answered with <see cref="Selected"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvolutionId">Number of the attempt.</param>
    /// <param name="Update">The update that the evolution goes with.</param>
    /// <param name="Snapshot">The snapshot: the topology actor's from now on.</param>
    /// <param name="Candidates">The candidates with their gradients: the topology actor's from now on.</param>
    public sealed record Select(
        ulong RunId, long EvolutionId, long Update, Lease<WorkSet> Snapshot, Lease<CandidateSet> Candidates) : IToHelper;

    /// <summary>What is to be pruned and grown. Refused as late if its number is not that of the present attempt.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvolutionId">Number of the attempt.</param>
    /// <param name="Seconds">How long it took to select.</param>
    /// <param name="Changes">The changes: the coordinator's from now on.</param>
    public sealed record Selected(ulong RunId, long EvolutionId, double Seconds, Lease<EpochEvolution> Changes) : IToCoordinator, ILocalMessage;
}
