using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Coordination;

/// <summary>Computes what a run hands out, as workers and the evaluator do.</summary>
internal sealed class PlayedWork(TrainingJob job) : IDisposable
{
    private readonly ShardGradients _gradients = new(job, threads: 1);
    private readonly Workspace _workspace = new(job.Spec, job.Training.BatchSize);
    private readonly Dictionary<string, LocalHandOut> _local = [];

    /// <summary>
    /// The gradient of a batch handed out at <paramref name="version"/>, or what came of local steps, with the evolution that it carries.
    /// </summary>
    public BatchAnswer Answer(BatchOrder order, long version, string worker = "a")
    {
        var (assignment, evolves, work, terms) = order;
        if (terms is not null)
        {
            if (!_local.TryGetValue(worker, out var local)) _local.Add(worker, local = new(job, _gradients));
            local.Begin(order, version);
            while (!local.IsFinished) local.Step();
            return local.Finish();
        }
        var result = _gradients.Gradient(work.Replica, assignment.Shard, assignment.Epoch, assignment.Batch, work.Gradients);
        var evolution = evolves
            ? _gradients.Evolve(work.Replica, version)
            : null;
        return new(assignment.Ticket, version, new TrainingTally().Plus(result), work, evolution, EvolveSeconds: evolution is null ? 0 : 0.25);
    }

    public ReplicaAnswer Answer(ReplicaOrder order, double rateScale)
    {
        var replica = new ReplicaEpoch(order.Assignment, rateScale, job, _gradients, order.Work);
        while (!replica.IsFinished) replica.TrainBatch();
        return new(order.Assignment.Ticket, order.Round, replica.Tally, replica.LearningRate, replica.Evolution, order.Work);
    }

    public Evaluation Evaluate(Network network) => Evaluator.Evaluate(_gradients.Compute, network, job.EvaluationSet!, _workspace);

    public double LossOf(Network network) =>
        Evaluator.Evaluate(_gradients.Compute, network, TrainingSample.Of(job), _workspace).MeanLoss;

    public void Dispose()
    {
        foreach (var local in _local.Values) local.Dispose();
        _workspace.Dispose();
        _gradients.Dispose();
    }
}
