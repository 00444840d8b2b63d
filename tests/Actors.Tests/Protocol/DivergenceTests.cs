using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>How a coordinator ends when training diverges.</summary>
public sealed class DivergenceTests() : ProtocolTest
{
    [Fact]
    public void Epochs_before_the_one_that_diverged_are_measured_and_written_and_workers_are_kept_for_the_next_life()
    {
        var (job, coordinator) = Started(epochs: 4, samples: 16);
        PlayedWorker[] workers = [Worker(coordinator, job, "a"), Worker(coordinator, job, "b")];
        var parameters = workers.Select(worker => worker.JoinAndAsk()).ToArray();
        for (var index = 0; index < 2; index++) workers[index].Push(parameters[index]);
        for (var index = 0; index < 2; index++)
        {
            var next = workers[index].Parameters();
            Assert.Equal(1, next.Assignment.Epoch);
            workers[index].Tell(workers[index].Gradient(next) with { Tally = new(1, 800, 8, 1, 8) });
        }
        Answer(Evaluator.ExpectMsg<Progress.Evaluate>(), 1);
        Assert.Equal(1, ExpectReport<Progress.EpochFinished>().Metrics.Epoch);
        var state = AnswerWrite();
        Assert.NotNull(state.BestEpochLoss);
        Assert.Equal(1, state.RateScale);
        state.Dispose();
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal(RunOutcome.Diverged, finished.Outcome);
        Assert.StartsWith("training diverged in epoch 2: the loss is 100", finished.Error, StringComparison.Ordinal);
        Assert.Equal(4, finished.Status.Updates);
        Assert.All(workers, worker => Assert.DoesNotContain(Received(worker), message => message is Membership.Dismissed));
        Assert.False(Writer.HasMessages);
    }

    [Theory]
    [InlineData(1.0, nameof(RunOutcome.Diverged))]
    [InlineData(0.5, nameof(RunOutcome.Failed))]
    public void The_last_epoch_may_diverge_when_it_is_measured(double rateScale, string outcome)
    {
        var (job, coordinator) = Started(epochs: 1, samples: 8, workers: 1, rateScale);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        // All epochs are done, but the run is not over for its worker.
        worker.Ask();
        worker.Tell(new Membership.Join(0, "a", 1, job.ConfigurationHash));
        Assert.Empty(Received(worker));
        Answer(evaluate, double.PositiveInfinity);
        var finished = ExpectReport<Progress.Finished>();
        Assert.Equal(outcome, finished.Outcome.ToString());
        Assert.Contains("the loss on the test samples", finished.Error, StringComparison.Ordinal);
        Assert.Equal(finished.Outcome == RunOutcome.Failed, Received(worker).Any(message => message is Membership.Dismissed));
        Assert.False(Writer.HasMessages);
    }

    [Fact]
    public void A_state_that_is_written_by_a_stop_does_not_outlive_an_epoch_before_it_that_diverged()
    {
        var (job, coordinator) = Started(epochs: 2, samples: 8, workers: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        var evolve = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        coordinator.Tell(new Progress.Stop(job.RunId));
        Answer(job, evolve, Evolve(job, evolve));
        Assert.Equal(RunOutcome.Stopped, worker.Probe.FishForMessage<Membership.Dismissed>(_ => true).Outcome);
        Answer(evaluate, double.NaN);
        Assert.Equal(RunOutcome.Diverged, ExpectReport<Progress.Finished>().Outcome);
        Assert.False(Writer.HasMessages);
    }

    private (TrainingJob Job, IActorRef Coordinator) Started(int epochs, int samples, int workers = 2, double rateScale = 1)
    {
        var job = Job(workers, epochs, samples: samples);
        var coordinator = Coordinator(job, TestJob.Begin(job) with { RateScale = rateScale });
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }

    private void Answer(Progress.Evaluate evaluate, double loss) =>
        Evaluator.Reply(new Progress.Evaluated(evaluate.RunId, evaluate.EvaluationId, evaluate.Epoch, 0.5, loss, 0));

    // What has come so far.
    private static IEnumerable<object> Received(PlayedWorker worker)
    {
        while (worker.Probe.HasMessages) yield return worker.Probe.ReceiveOne();
    }
}
