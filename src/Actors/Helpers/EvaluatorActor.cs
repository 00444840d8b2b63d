using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>Measures snapshots on the test set, while training goes on.</summary>
public sealed class EvaluatorActor : ReceiveActor
{
    private readonly TrainingJob _job;
    private readonly NetworkCompute _compute;
    private readonly Workspace _workspace;

    /// <summary>Creates the actor; see <see cref="Props"/>.</summary>
    /// <exception cref="InvalidInputException">There is no test set.</exception>
    public EvaluatorActor(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.TestSet is null) throw new InvalidInputException("there is no test set to evaluate on");
        _job = job;
        _compute = new NetworkCompute(job.Kernels);
        _workspace = new Workspace(job.Spec, job.Training.BatchSize);
        Receive<Progress.Evaluate>(OnEvaluate);
    }

    /// <summary>How to make an evaluator.</summary>
    public static Props Props(TrainingJob job) =>
        Akka.Actor.Props.Create(() => new EvaluatorActor(job)).WithDispatcher(ProtocolSettings.HelperDispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _workspace.Dispose();
        _compute.Dispose();
    }

    private void OnEvaluate(Progress.Evaluate evaluate)
    {
        // A request that comes twice was answered the first time.
        if (!evaluate.Snapshot.TryTake(out var snapshot)) return;
        using (snapshot)
        {
            var started = _job.Clock.GetTimestamp();
            var evaluation = Evaluator.Evaluate(_compute, snapshot.Replica, _job.TestSet!, _workspace);
            var seconds = _job.Clock.GetElapsedTime(started).TotalSeconds;
            Sender.Tell(new Progress.Evaluated(
                evaluate.RunId, evaluate.EvaluationId, evaluate.Epoch, evaluation.Accuracy, evaluation.MeanLoss, seconds));
        }
    }
}
