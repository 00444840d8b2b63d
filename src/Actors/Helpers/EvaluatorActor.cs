using ActorSparse.Actors.Messages;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors;

/// <summary>Measures snapshots on the evaluation set, while training goes on, and averages of replicas on a sample of the training set.</summary>
internal sealed class EvaluatorActor : ReceiveActor
{
    private readonly TrainingJob _job;
    private readonly NetworkCompute _compute;
    private readonly Workspace _workspace;
    private readonly float[] _classWeights;
    private Dataset? _sample;

    /// <summary>Creates the actor; see <see cref="Props"/>.</summary>
    /// <exception cref="InvalidInputException">There is no evaluation set.</exception>
    public EvaluatorActor(TrainingJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.EvaluationSet is null) throw new InvalidInputException("there are no samples to evaluate on");
        _job = job;
        _compute = new NetworkCompute(job.Kernels);
        _workspace = new Workspace(job.Spec, job.Training.BatchSize);
        // As the losses of the replicas that averages are compared with.
        _classWeights = job.Training.ClassWeights.For(job.TrainingSet, job.Spec.ClassCount);
        Receive<Progress.Evaluate>(OnEvaluate);
        Receive<PhaseTwo.MeasureLoss>(OnMeasureLoss);
    }

    /// <summary>How to make an evaluator.</summary>
    public static Props Props(TrainingJob job) =>
        Akka.Actor.Props.Create(() => new EvaluatorActor(job)).WithDispatcher(ProtocolSettings.HelperDispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        if (_sample != _job.TrainingSet) _sample?.Dispose();
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
            var evaluation = Evaluator.Evaluate(_compute, snapshot.Network, _job.EvaluationSet!, _workspace);
            var seconds = _job.Clock.GetElapsedTime(started).TotalSeconds;
            Sender.Tell(new Progress.Evaluated(
                evaluate.RunId, evaluate.EvaluationId, evaluate.Epoch, evaluation.Score, evaluation.MeanLoss, seconds, evaluation.Further));
        }
    }

    private void OnMeasureLoss(PhaseTwo.MeasureLoss measure)
    {
        if (!measure.Snapshot.TryTake(out var snapshot)) return;
        using (snapshot)
        {
            _sample ??= TrainingSample.Of(_job);
            var evaluation = Evaluator.Evaluate(_compute, snapshot.Network, _sample, _workspace, _classWeights);
            Sender.Tell(new PhaseTwo.LossMeasured(measure.RunId, measure.EvaluationId, measure.Round, evaluation.MeanLoss));
        }
    }
}
