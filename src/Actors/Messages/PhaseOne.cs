using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Messages;

/// <summary>Asynchronous (WASAP) or step by step (WASSP) gradients, or what came of local steps.</summary>
internal static class PhaseOne
{
    /// <summary>
    /// A worker offers the gradient of its batch and asks for the next one, which is answered with <see cref="Parameters"/>. With local steps
    /// it has asked before: then the number is that of its latest request, and there is no answer.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Ticket">Which hand-out it answers.</param>
    /// <param name="ModelVersion">Version of the parameters it was computed from, t0.</param>
    /// <param name="Tally">Loss and hits over the batches.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows: those of the gradients.</param>
    /// <param name="Work">The gradients, or by how much the parameters fell, and the replica to be refreshed.</param>
    /// <param name="Evolution">The changes of topologies made by this batch: the coordinator's from now on. Null if none were due.</param>
    /// <param name="EvolveSeconds">How long those took to compute.</param>
    /// <param name="Seconds">How long the batches took; 0 if that was not measured.</param>
    public sealed record GradientPush(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Ticket,
        long ModelVersion,
        TrainingTally Tally,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work,
        Lease<NetworkEvolution>? Evolution = null,
        double EvolveSeconds = 0,
        double Seconds = 0) : IWorkRequest;

    /// <summary>The present parameters and the next batches.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">The request that is answered.</param>
    /// <param name="ModelVersion">Version of the parameters, t: the number of updates applied.</param>
    /// <param name="Assignment">What to compute.</param>
    /// <param name="Evolves">Whether an evolution under a guided rule is due and to be made by this batch too.</param>
    /// <param name="Refusal">Why the gradient of the request was not applied, if it was not.</param>
    /// <param name="KnownTopologyIds">The topologies the worker said it knows: a serializer leaves out their indices.</param>
    /// <param name="Work">The parameters.</param>
    /// <param name="LocalSteps">How to train on the batches; null if their gradient is wanted.</param>
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
        Lease<WorkSet> Work,
        LocalSteps? LocalSteps = null) : IWorkAnswer;
}
