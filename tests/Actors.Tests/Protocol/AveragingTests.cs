using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>The end of a round: measuring the average, taking it or not, its evolution, and going on from anywhere in between.</summary>
public sealed class AveragingTests() : ProtocolTest("actorsparse.protocol.helper-restarts-max = 1")
{
    [Fact]
    public void Replicas_keep_the_topology_of_their_round_and_their_average_evolves_before_the_next()
    {
        // Two rounds of two epochs, on networks that differ in size where importance pruning strikes.
        var (job, coordinator) = Started(epochs: 4, rounds: 2, prunes: true);
        PlayedWorker[] workers = [Worker(coordinator, job, "a"), Worker(coordinator, job, "b")];
        using var begun = Network.Create(job.Spec, job.Random);
        var orders = workers.Select(Begin).ToArray();
        TrainOnce(workers, orders);
        AnswerEvaluation();
        var second = workers.Select(worker => worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>()).ToArray();
        Assert.All(second, order => Assert.False(order.Assignment.EvolveFirst));
        var replicas = TrainOnce(workers, second);
        Assert.All(replicas, replica => Networks.AssertSameTopology(begun, replica));

        var measure = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        Assert.True(measure.Snapshot.TryTake(out var average));
        Networks.AssertSameTopology(begun, average.Network);
        // By shard, and nothing is removed.
        using (var expected = Averaging.Average(replicas, [int.MaxValue, int.MaxValue, int.MaxValue]))
            Networks.AssertSameParameters(expected, average.Network);
        Answer(measure, 0.1);
        var evolve = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        Assert.Equal(1, evolve.Epoch);
        Answer(job, evolve, Evolve(job, evolve));

        using var next = RunState.Average(replicas);
        using var evolution = EpochEvolution.Run(next, job.Training, job.Random, 1);
        Assert.True(evolution.Summary.GrownCount > 0 && evolution.LivingNeurons is not null);
        foreach (var worker in workers)
        {
            var order = worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
            Assert.Equal((1, 2, false), (order.Round, order.Assignment.Epoch, order.Assignment.EvolveFirst));
            Assert.True(order.Work.TryTake(out var work));
            Networks.AssertIdentical(next, work.Replica, "the evolved average");
        }
        AnswerEvaluation();
        ExpectReport<Progress.EpochFinished>();
        // The row of the round's last epoch says what its evolution did.
        var metrics = ExpectReport<Progress.EpochFinished>().Metrics;
        Assert.Equal(evolution.Summary, new(metrics.Pruned, metrics.Grown));
    }

    [Theory]
    [InlineData(PhaseTwoTopology.Shared, 9.5)]
    [InlineData(PhaseTwoTopology.Own, 9.5)]
    [InlineData(PhaseTwoTopology.Own, double.NaN)]
    public void An_average_that_is_clearly_worse_is_reported_and_the_best_replica_taken_instead(PhaseTwoTopology topology, double loss)
    {
        var (job, coordinator) = Started(epochs: 1, topology: topology);
        PlayedWorker[] workers = [Worker(coordinator, job, "a"), Worker(coordinator, job, "b")];
        var (replicas, _) = TrainAll(workers);
        using var average = RunState.Average(replicas);
        AnswerLosses([average, .. replicas], [loss, 0.75, 0.5]);
        Assert.Equal(
            $"round 1 of 1: the average has loss {(double.IsNaN(loss) ? "NaN" : "9.5000")} on training samples, its replicas 0.6250; "
            + "training goes on from that of shard 1 with 0.5000",
            ExpectEvent(RunEvent.AverageRejected));
        AnswerEvaluation();
        using var state = AnswerWrite();
        Networks.AssertIdentical(replicas[1], state.Network, "the best replica");
        Assert.Equal(RunOutcome.Completed, ExpectReport<Progress.Finished>().Outcome);
    }

    [Fact]
    public void An_average_is_taken_if_its_replicas_only_know_their_own_samples_better()
    {
        var (job, coordinator) = Started(epochs: 1, topology: PhaseTwoTopology.Own);
        var (replicas, _) = TrainAll([Worker(coordinator, job, "a"), Worker(coordinator, job, "b")]);
        using var average = RunState.Average(replicas);
        // Worse than what training said of the replicas, not worse than they are on the samples that it is measured on.
        AnswerLosses([average, .. replicas], [9.5, 9, 8]);
        AnswerEvaluation();
        using var state = AnswerWrite();
        Networks.AssertIdentical(average, state.Network, "the average");
    }

    [Fact]
    public void A_measure_whose_evaluator_died_is_asked_for_again_and_late_ones_are_dropped()
    {
        var (job, coordinator) = Started(epochs: 1);
        var (replicas, _) = TrainAll([Worker(coordinator, job, "a"), Worker(coordinator, job, "b")]);
        var first = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        Sys.ActorSelection(coordinator.Path / "evaluator-1").Tell(Kill.Instance);
        var second = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        Assert.Equal((first.EvaluationId + 1, first.Round), (second.EvaluationId, second.Round));
        Answer(first, double.NaN);
        Answer(second with { RunId = 1 }, double.NaN);
        Answer(second, 0.1);
        using var average = RunState.Average(replicas);
        Assert.True(Evaluator.ExpectMsg<Progress.Evaluate>().Snapshot.TryTake(out var taken));
        Networks.AssertSameParameters(average, taken.Network);
    }

    [Fact]
    public void An_evaluator_that_dies_is_asked_again_and_when_it_is_given_up_the_average_is_taken()
    {
        var (job, coordinator) = Started(epochs: 1);
        var (replicas, _) = TrainAll([Worker(coordinator, job, "a"), Worker(coordinator, job, "b")]);
        var first = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        Sys.ActorSelection(coordinator.Path / "evaluator-1").Tell(Kill.Instance);
        var second = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        AssertSameSnapshot(first, second);
        Sys.ActorSelection(coordinator.Path / "evaluator-2").Tell(Kill.Instance);
        using var state = AnswerWrite();
        using var average = RunState.Average(replicas);
        Networks.AssertIdentical(average, state.Network, "the average that nobody measured");
        Assert.Equal(RunOutcome.Completed, ExpectReport<Progress.Finished>().Outcome);
    }

    [Fact]
    public void A_run_stopped_while_the_average_is_measured_goes_on_with_measuring_it()
    {
        var (job, coordinator) = Started(epochs: 1);
        var (replicas, tallies) = TrainAll([Worker(coordinator, job, "a"), Worker(coordinator, job, "b")]);
        var measure = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        coordinator.Tell(new Progress.Stop(job.RunId));
        var stopped = AnswerWrite();
        Assert.Equal(RunOutcome.Stopped, ExpectReport<Progress.Finished>().Outcome);
        Answer(measure, 0.1);
        Assert.Equal(tallies, stopped.ReplicaTallies);
        Assert.Equal(0, stopped.EpochsDone(job.Plan));

        var resumed = Resumed(job, stopped);
        Worker(resumed, job, "a").Join();
        var again = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        AssertSameSnapshot(measure, again);
        Answer(again, 0.1);
        AnswerEvaluation();
        using var state = AnswerWrite();
        using var average = RunState.Average(replicas);
        Networks.AssertIdentical(average, state.Network, "the average");
    }

    [Fact]
    public void A_run_continued_between_rounds_makes_the_evolution_that_its_checkpoint_lacks()
    {
        var (job, coordinator) = Started(epochs: 2);
        TrainAll([Worker(coordinator, job, "a"), Worker(coordinator, job, "b")]);
        Answer(Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>(), 0.1);
        var evolve = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        AnswerEvaluation();
        Answer(job, evolve, Evolve(job, evolve));
        using var ofEpoch = AnswerWrite();
        Assert.Equal((RunPhase.PhaseTwo, 1, 0, 1), (ofEpoch.Phase, ofEpoch.Round, ofEpoch.EvolvedEpochs, ofEpoch.EpochsDone(job.Plan)));
        coordinator.Tell(new Progress.Stop(job.RunId));
        using var atStop = AnswerWrite();
        Assert.Equal((1, 1), (atStop.Round, atStop.EvolvedEpochs));
        Assert.Equal(RunOutcome.Stopped, ExpectReport<Progress.Finished>().Outcome);

        var late = Resumed(job, ofEpoch.Copy());
        var worker = Worker(late, job, "a");
        worker.Join();
        var again = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        Assert.Equal(0, again.Epoch);
        worker.Ask();
        // Whatever is asked in between, nothing is handed out before the evolution.
        worker.Probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Answer(job, again, Evolve(job, again));
        AssertBegins(worker, atStop.Network);

        var onTime = Resumed(job, atStop.Copy());
        var other = Worker(onTime, job, "a");
        other.Join();
        other.Ask();
        AssertBegins(other, atStop.Network);
    }

    [Fact]
    public void A_topology_actor_that_dies_between_rounds_is_asked_again_and_a_run_stopped_there_is_written_after_the_evolution()
    {
        var (job, coordinator) = Started(epochs: 2);
        TrainAll([Worker(coordinator, job, "a"), Worker(coordinator, job, "b")]);
        Answer(Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>(), 0.1);
        var first = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        AnswerEvaluation();
        coordinator.Tell(new Progress.Stop(job.RunId));
        Sys.ActorSelection(coordinator.Path / "topology-1").Tell(Kill.Instance);
        var second = Topology.ExpectMsg<TopologyEvolution.Evolve>();
        Assert.Equal((first.RequestId + 2, first.Epoch), (second.RequestId, second.Epoch));
        Answer(job, second, Evolve(job, second));
        using var ofEpoch = AnswerWrite();
        using var stopped = AnswerWrite();
        Assert.Equal((1, 1), (stopped.Round, stopped.EvolvedEpochs));
        Assert.Equal(RunOutcome.Stopped, ExpectReport<Progress.Finished>().Outcome);
    }

    private static PhaseTwo.TrainReplica Begin(PlayedWorker worker)
    {
        worker.Join();
        worker.Ask();
        return worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
    }

    // Trains an epoch of every shard; returns copies of the replicas.
    private static Network[] TrainOnce(PlayedWorker[] workers, PhaseTwo.TrainReplica[] orders)
    {
        var replicas = new Network[workers.Length];
        foreach (var (worker, order) in workers.Zip(orders))
            worker.Tell(worker.Train(order, work => replicas[order.Assignment.Shard] = work.Replica.Clone()));
        return replicas;
    }

    private static (Network[] Replicas, TrainingTally[] Tallies) TrainAll(PlayedWorker[] workers)
    {
        var (replicas, tallies) = (new Network[workers.Length], new TrainingTally[workers.Length]);
        var orders = workers.Select(Begin).ToArray();
        foreach (var (worker, order) in workers.Zip(orders))
        {
            var trained = worker.Train(order, work => replicas[order.Assignment.Shard] = work.Replica.Clone());
            tallies[order.Assignment.Shard] = trained.Tally;
            worker.Tell(trained);
        }
        return (replicas, tallies);
    }

    private static void AssertSameSnapshot(PhaseTwo.MeasureLoss expected, PhaseTwo.MeasureLoss actual)
    {
        Assert.True(expected.Snapshot.TryTake(out var one));
        Assert.True(actual.Snapshot.TryTake(out var other));
        Networks.AssertSameTopology(one.Network, other.Network);
        Networks.AssertSameParameters(one.Network, other.Network);
    }

    private static void AssertBegins(PlayedWorker worker, Network expected)
    {
        var order = worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal((1, 1), (order.Round, order.Assignment.Epoch));
        Assert.True(order.Work.TryTake(out var work));
        Networks.AssertIdentical(expected, work.Replica, "the network of the round's beginning");
    }

    private (TrainingJob Job, IActorRef Coordinator) Started(
        int epochs, int? rounds = null, PhaseTwoTopology topology = PhaseTwoTopology.Shared, bool prunes = false)
    {
        var job = Job(workers: 2, epochs, phaseTwo: 1, topology: topology, rounds: rounds);
        if (prunes) job = job with { Training = job.Training with { ImportancePruning = new() { StartEpoch = 1, Interval = 1 } } };
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }

    private IActorRef Resumed(TrainingJob job, RunState state)
    {
        var coordinator = Coordinator(job, state);
        coordinator.Tell(new Progress.Start(job.RunId));
        return coordinator;
    }

    private void Answer(PhaseTwo.MeasureLoss measure, double loss) =>
        Evaluator.Reply(new PhaseTwo.LossMeasured(measure.RunId, measure.EvaluationId, measure.Round, loss));

    // Each network is asked for in turn.
    private void AnswerLosses(Network[] networks, double[] losses)
    {
        foreach (var (network, loss) in networks.Zip(losses))
        {
            var measure = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
            Assert.True(measure.Snapshot.TryTake(out var snapshot));
            Networks.AssertSameParameters(network, snapshot.Network);
            Answer(measure, loss);
        }
    }
}
