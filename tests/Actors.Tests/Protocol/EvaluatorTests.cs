using ActorSparse.Actors.Messages;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class EvaluatorTests() : ProtocolTest
{
    [Fact]
    public void The_evaluator_measures_the_loss_over_the_training_samples_with_the_weights_of_their_classes()
    {
        var job = Job();
        job = job with { Training = job.Training with { ClassWeights = ClassWeights.Parse("3,1,0.5") } };
        var actor = Sys.ActorOf(EvaluatorActor.Props(job));
        using var network = Network.Create(job.Spec, job.Random);
        actor.Tell(new PhaseTwo.MeasureLoss(job.RunId, 5, 2, new(new SharedNetwork(network.Clone()))));
        var measured = ExpectMsg<PhaseTwo.LossMeasured>();
        Assert.Equal((job.RunId, 5L, 2), (measured.RunId, measured.EvaluationId, measured.Round));

        using var compute = new NetworkCompute();
        using var workspace = new Workspace(job.Spec, job.TrainingSet.SampleCount);
        var samples = Enumerable.Range(0, job.TrainingSet.SampleCount).ToArray();
        job.TrainingSet.FillBatch(samples, workspace.Input);
        compute.Forward(network, workspace);
        Assert.Equal(NetworkCompute.Loss(network, workspace, job.TrainingSet.Labels, [3, 1, 0.5f]), measured.Loss, 1e-6);
    }
}
