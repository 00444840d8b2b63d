using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

public sealed class PhaseTwoTests() : ProtocolTest
{
    [Fact]
    public void The_round_ends_with_the_average_of_all_replicas_whatever_the_order_of_arrival()
    {
        Network? expected = null;
        foreach (var reversed in (bool[])[false, true])
        {
            var (job, coordinator) = Started(epochs: 1);
            PlayedWorker[] workers = [Worker(coordinator, job, "a"), Worker(coordinator, job, "b"), Worker(coordinator, job, "c")];
            var orders = workers.Select(worker => Order(worker)).ToArray();
            Assert.Equal([0, 1, 2], orders.Select(order => order.Assignment.Shard));
            var replicas = new Network[3];
            var trained = workers.Zip(orders, (worker, order) =>
                worker.Train(order, work => replicas[order.Assignment.Shard] = Evolved(work, order))).ToArray();
            foreach (var index in reversed ? (int[])[2, 0, 1] : [0, 1, 2]) workers[index].Tell(trained[index]);
            AnswerMeasure();
            AnswerEvaluation();
            var state = AnswerWrite();
            foreach (var worker in workers) Assert.Equal(RunOutcome.Completed, worker.Probe.ExpectMsg<Membership.Dismissed>().Outcome);
            Assert.Equal(RunOutcome.Completed, ExpectReport<Progress.Finished>().Outcome);
            AssertAverage(replicas, state.Network);
            if (expected is null) expected = state.Network;
            else Networks.AssertIdentical(expected, state.Network, "the other order");
        }
    }

    [Fact]
    public void A_shard_whose_worker_dies_goes_on_with_another_from_its_last_whole_epoch()
    {
        var (job, coordinator) = Started(epochs: 2, workers: 2);
        var (a, b) = (Worker(coordinator, job, "a"), Worker(coordinator, job, "b"));
        var ofA = Order(a);
        var ofB = Order(b);
        b.Tell(b.Train(ofB));
        var second = b.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal((1, 1, true), (second.Assignment.Shard, second.Assignment.Epoch, second.Assignment.EvolveFirst));
        Sys.Stop(b.Probe);
        ExpectEvent(RunEvent.WorkerLost);
        a.Tell(a.Train(ofA));
        a.Tell(a.Train(a.Probe.ExpectMsg<PhaseTwo.TrainReplica>()));
        var handedOn = a.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal((1, 1, true), (handedOn.Assignment.Shard, handedOn.Assignment.Epoch, handedOn.Assignment.EvolveFirst));
        Assert.True(handedOn.Work.TryTake(out var again));
        Assert.True(second.Work.TryTake(out var lost));
        Networks.AssertIdentical(lost.Replica, again.Replica, "the shard's replica");
    }

    [Fact]
    public void Late_double_and_spoilt_replicas_are_refused_by_name()
    {
        var (job, coordinator) = Started(epochs: 2, workers: 1);
        var worker = Worker(coordinator, job, "a");
        var order = Order(worker);
        worker.Tell(worker.Train(order, work => work.Replica.Parameters.Sparse[1].Values[2] = float.NaN));
        Assert.Contains("layer 2 (12-9)", ExpectEvent(RunEvent.NotFinite), StringComparison.Ordinal);
        var again = worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal((RefusalReason.NotFinite, 0), (again.Refusal, again.Assignment.Epoch));
        worker.Tell(worker.Train(again) with { Ticket = order.Assignment.Ticket });
        var third = worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal((RefusalReason.NotInFlight, 0), (third.Refusal, third.Assignment.Epoch));
        worker.Tell(new PhaseOne.GradientPush(
            job.RunId, "a", 1, worker.RequestId + 1, third.Assignment.Ticket, 0, new(1, 8, 8, 8, 8), [], MessageSamples.Work(1)));
        Assert.Equal(RefusalReason.OtherPhase, worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>().Refusal);
    }

    [Fact]
    public void A_worker_that_asks_while_it_has_a_replica_gets_it_anew_unless_it_says_that_it_holds_it()
    {
        var (job, coordinator) = Started(epochs: 2, workers: 1);
        var worker = Worker(coordinator, job, "a");
        var order = Order(worker);
        // A hand-out of phase one, or of nobody.
        worker.Ask(heldTicket: order.Assignment.Ticket + 7);
        var again = worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal(order.Assignment with { Ticket = order.Assignment.Ticket + 1 }, again.Assignment);
        worker.Ask(heldTicket: again.Assignment.Ticket);
        worker.Tell(worker.Train(again));
        var next = worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
        Assert.Equal((RefusalReason.None, 1, worker.RequestId), (next.Refusal, next.Assignment.Epoch, next.RequestId));
    }

    // Replicas of different topologies, as after an evolution; returns a copy.
    private static Network Evolved(WorkSet work, PhaseTwo.TrainReplica order)
    {
        using var evolution = EpochEvolution.Run(work.Replica, TestJob.Create().Training, new((ulong)order.Assignment.Shard + 50), 0);
        return work.Replica.Clone();
    }

    // Dense, in double: sum over the replicas divided by their number; then of each sign the smallest go until the count is right.
    private static void AssertAverage(Network[] replicas, Network average)
    {
        for (var layer = 0; layer < average.Parameters.Sparse.Count; layer++)
        {
            var actual = average.Parameters.Sparse[layer];
            var target = replicas[0].Parameters.Sparse[layer].Topology.ConnectionCount;
            Assert.Equal(target, actual.Topology.ConnectionCount);
            var (rows, columns) = (actual.Topology.OutputCount, actual.Topology.InputCount);
            var sum = new double[rows, columns];
            foreach (var part in replicas.Select(replica => replica.Parameters.Sparse[layer]))
                for (var row = 0; row < rows; row++)
                    foreach (var column in part.Topology.Row(row)) sum[row, column] += part.Values[part.Topology.Find(row, column)];
            var smallestKept = new double[] { double.PositiveInfinity, double.PositiveInfinity };
            var largestDropped = new double[2];
            for (var row = 0; row < rows; row++)
                for (var column = 0; column < columns; column++)
                {
                    var mean = sum[row, column] / replicas.Length;
                    var position = actual.Topology.Find(row, column);
                    var sign = mean < 0 ? 1 : 0;
                    if (position >= 0) Assert.Equal(mean, actual.Values[position], 1e-6);
                    if (position >= 0) smallestKept[sign] = Math.Min(smallestKept[sign], Math.Abs(mean));
                    else largestDropped[sign] = Math.Max(largestDropped[sign], Math.Abs(mean));
                }
            for (var sign = 0; sign < 2; sign++)
                Assert.True(largestDropped[sign] <= smallestKept[sign] + 1e-6, $"layer {layer}, sign {sign}");
            for (var row = 0; row < rows; row++)
                Assert.Equal(replicas.Average(replica => (double)replica.Parameters.Dense[layer].Values[row]),
                    average.Parameters.Dense[layer].Values[row], 1e-6);
        }
    }

    private static PhaseTwo.TrainReplica Order(PlayedWorker worker)
    {
        worker.Join();
        worker.Ask();
        return worker.Probe.ExpectMsg<PhaseTwo.TrainReplica>();
    }

    private (TrainingJob Job, IActorRef Coordinator) Started(int epochs, int workers = 3)
    {
        var job = Job(workers, epochs, phaseTwo: 1, topology: PhaseTwoTopology.Own);
        var coordinator = Coordinator(job);
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }

    private void AnswerMeasure()
    {
        var measure = Evaluator.ExpectMsg<PhaseTwo.MeasureLoss>();
        Evaluator.Reply(new PhaseTwo.LossMeasured(measure.RunId, measure.EvaluationId, measure.Round, 0.1));
    }
}
