using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Actors.Messages;

/// <summary>Replicas trained alone, an epoch at a time, and averaged at the end of a round.</summary>
internal static class PhaseTwo
{
    /// <summary>A replica and the epoch to train it for.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">The request that is answered.</param>
    /// <param name="ModelVersion">Version of the parameters the round began with.</param>
    /// <param name="Round">Round, counted from 0.</param>
    /// <param name="Assignment">Shard and epoch.</param>
    /// <param name="RateScale">What the learning rate is multiplied by.</param>
    /// <param name="Refusal">Why the result of the request was not used, if it was not.</param>
    /// <param name="KnownTopologyIds">The topologies the worker said it knows: a serializer leaves out their indices.</param>
    /// <param name="Work">The replica, velocities included.</param>
    public sealed record TrainReplica(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long ModelVersion,
        int Round,
        ReplicaAssignment Assignment,
        double RateScale,
        RefusalReason Refusal,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work) : IWorkAnswer;

    /// <summary>A replica after its epoch. Answered with the next <see cref="TrainReplica"/>.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="RequestId">Number of the request.</param>
    /// <param name="Ticket">Which hand-out it answers.</param>
    /// <param name="ModelVersion">Version of the parameters the round began with.</param>
    /// <param name="Round">Round, counted from 0.</param>
    /// <param name="Tally">Loss and hits over the epoch.</param>
    /// <param name="LearningRate">Learning rate of the epoch's last update.</param>
    /// <param name="Evolution">What the evolution before the epoch removed and grew.</param>
    /// <param name="KnownTopologyIds">The topologies the worker knows: those of the replica.</param>
    /// <param name="Work">The replica, velocities included.</param>
    public sealed record ReplicaTrained(
        ulong RunId,
        string Worker,
        long Incarnation,
        long RequestId,
        long Ticket,
        long ModelVersion,
        int Round,
        TrainingTally Tally,
        double LearningRate,
        EvolutionSummary Evolution,
        IReadOnlyList<ulong> KnownTopologyIds,
        Lease<WorkSet> Work) : IWorkRequest;

    /// <summary>
    /// Coordinator to evaluator: the loss of a round's average, or of one of its replicas, on training samples? Repeated, with a new
    /// number, if the evaluator dies.
    /// </summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvaluationId">Number of the request, ascending.</param>
    /// <param name="Round">Round, counted from 0.</param>
    /// <param name="Snapshot">The parameters, which others read as well.</param>
    public sealed record MeasureLoss(ulong RunId, long EvaluationId, int Round, Lease<SharedNetwork> Snapshot) : IToHelper;

    /// <summary>What the evaluator measured.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="EvaluationId">Number of the request.</param>
    /// <param name="Round">Round, counted from 0.</param>
    /// <param name="Loss">Mean loss over a sample of the training set, class weights included, without dropout.</param>
    public sealed record LossMeasured(ulong RunId, long EvaluationId, int Round, double Loss) : IToCoordinator, ILocalMessage;

    /// <summary>A sign of life from a worker in the middle of an epoch.</summary>
    /// <param name="RunId">The run.</param>
    /// <param name="Worker">Name of the worker.</param>
    /// <param name="Incarnation">Which life of it.</param>
    /// <param name="Ticket">Which hand-out it works on.</param>
    /// <param name="Batches">Number of updates made since the last such message.</param>
    public sealed record StillTraining(ulong RunId, string Worker, long Incarnation, long Ticket, int Batches) : IFromWorker;
}
