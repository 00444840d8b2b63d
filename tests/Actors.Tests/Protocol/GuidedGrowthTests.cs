using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;
using Akka.Actor;

namespace ActorSparse.Actors.Tests.Protocol;

/// <summary>An evolution is due with every update: the coordinator among played workers and a played topology actor.</summary>
public sealed class GuidedGrowthTests() : ProtocolTest
{
    [Fact]
    public void With_one_shard_the_update_waits_for_the_evolution_that_goes_with_it()
    {
        var (job, coordinator) = Started(workers: 1);
        var worker = Worker(coordinator, job, "a");
        worker.Join();
        worker.Ask();
        var measure = worker.Probe.ExpectMsg<GuidedGrowth.Measure>();
        Assert.Equal((0, 0, 0, 0), (measure.Update, measure.Assignment.Epoch, measure.Assignment.Shard, measure.Assignment.Batch));
        worker.Tell(worker.Measure(measure));
        // The ordinary gradient of the batch is computed on the same parameters, and held.
        var parameters = worker.Parameters();
        Assert.Equal((0, 0L), (parameters.Assignment.Batch, parameters.ModelVersion));
        Assert.NotEqual(measure.Assignment.Ticket, parameters.Assignment.Ticket);
        worker.Push(parameters);
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Draw>());
        var differentiate = worker.Probe.ExpectMsg<GuidedGrowth.Differentiate>();
        Assert.Equal(measure.Assignment with { Ticket = differentiate.Assignment.Ticket }, differentiate.Assignment);
        worker.Tell(worker.Differentiate(differentiate));
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Select>());
        var next = worker.Probe.ExpectMsg<GuidedGrowth.Measure>();
        Assert.Equal(1, next.Update);
        Assert.True(next.Work.TryTake(out var after));
        using var before = Network.Create(job.Spec, job.Random);
        // The output layer is full.
        for (var layer = 0; layer < 2; layer++)
        {
            Assert.NotEqual(before.Layers[layer].Topology.Id, after.Replica.Layers[layer].Topology.Id);
            Assert.Equal(before.Layers[layer].Topology.ConnectionCount, after.Replica.Layers[layer].Topology.ConnectionCount);
        }
    }

    [Fact]
    public void With_several_shards_nobody_waits_and_the_changes_are_applied_to_the_values_of_then()
    {
        var (job, coordinator) = Started(workers: 2);
        var worker = Worker(coordinator, job, "a");
        worker.Join();
        worker.Ask();
        worker.Tell(worker.Measure(worker.Probe.ExpectMsg<GuidedGrowth.Measure>()));
        var draw = Topology.ExpectMsg<GuidedGrowth.Draw>();
        worker.Push(worker.Parameters());
        var early = worker.Parameters();
        Assert.Equal(1, early.ModelVersion);
        Answer(job, draw);
        worker.Push(early);
        var differentiate = worker.Probe.ExpectMsg<GuidedGrowth.Differentiate>();
        // On the snapshot, although two updates have been made since.
        worker.Tell(worker.Differentiate(differentiate));
        var old = worker.Parameters();
        Assert.Equal(2, old.ModelVersion);
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Select>());
        worker.Push(old);
        // What was due with update 1 follows, and the gradient from before the evolution counted.
        Assert.Equal(1, worker.Probe.ExpectMsg<GuidedGrowth.Measure>().Update);
        Assert.True(Stopped(job, coordinator).TryTake(out var state));
        Assert.Equal((3L, 1L), (state.ModelVersion, state.EvolvedUpdates));
    }

    [Fact]
    public void When_a_worker_dies_another_begins_with_the_same_snapshot_and_batch_and_late_answers_are_refused()
    {
        var (job, coordinator) = Started(workers: 2);
        var (first, second) = (Worker(coordinator, job, "a"), Worker(coordinator, job, "b"));
        first.Join();
        first.Ask();
        var measure = first.Probe.ExpectMsg<GuidedGrowth.Measure>();
        first.Tell(first.Measure(measure));
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Draw>());
        first.Push(first.Parameters());
        var lost = first.Probe.ExpectMsg<GuidedGrowth.Differentiate>();
        second.Join();
        Sys.Stop(first.Probe);
        ExpectEvent(RunEvent.WorkerLost);
        second.Ask();
        var again = second.Probe.ExpectMsg<GuidedGrowth.Measure>();
        Assert.Equal((0L, measure.Assignment.Batch), (again.Update, again.Assignment.Batch));
        Assert.NotEqual(lost.Assignment.Ticket, again.Assignment.Ticket);
        Assert.True(lost.Work.TryTake(out var expected));
        Assert.True(again.Work.TryTake(out var snapshot));
        Networks.AssertIdentical(expected.Replica, snapshot.Replica, "the same snapshot");
        // The second worker answers for a hand-out that is not its own.
        second.Tell(new GuidedGrowth.Measured(job.RunId, "b", 1, 100, measure.Assignment.Ticket, [], [], null));
        Assert.Equal(RefusalReason.NotInFlight, second.Probe.ExpectMsg<GuidedGrowth.Measure>().Refusal);
    }

    [Fact]
    public void A_topology_actor_that_dies_is_started_anew_and_the_evolution_begun_anew_and_late_answers_are_dropped()
    {
        var (job, coordinator) = Started(workers: 1, rule: "gse-uniform");
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        var first = Topology.ExpectMsg<GuidedGrowth.Draw>();
        Assert.Empty(first.Sums);
        Sys.ActorSelection(coordinator.Path / "topology-0").Tell(Kill.Instance);
        var second = Topology.ExpectMsg<GuidedGrowth.Draw>();
        Assert.Equal((first.Update, first.EvolutionId + 1), (second.Update, second.EvolutionId));
        Answer(job, first);
        worker.Probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Answer(job, second);
        worker.Tell(worker.Differentiate(worker.Probe.ExpectMsg<GuidedGrowth.Differentiate>()));
        var select = Topology.ExpectMsg<GuidedGrowth.Select>();
        // Nothing of it is left but the snapshot: candidates are drawn again.
        Sys.ActorSelection(coordinator.Path / "topology-1").Tell(Kill.Instance);
        var third = Topology.ExpectMsg<GuidedGrowth.Draw>();
        Answer(job, select);
        worker.Probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Answer(job, third);
        worker.Tell(worker.Differentiate(worker.Probe.ExpectMsg<GuidedGrowth.Differentiate>()));
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Select>());
        Assert.Equal((1, 1L), (worker.Parameters().Assignment.Batch, Topology.ExpectMsg<GuidedGrowth.Draw>().Update));
    }

    [Fact]
    public void A_worker_measures_and_differentiates_what_the_sequential_rule_does_on_the_same_batch_and_network()
    {
        var job = Guided(workers: 2);
        var coordinator = CreateTestProbe();
        Sys.ActorOf(WorkerActor.Props(new() { Name = "a", Incarnation = 4, Coordinator = coordinator, Job = job, Settings = Settings }));
        coordinator.ExpectMsg<Membership.Join>();
        coordinator.Reply(new Membership.Joined(job.RunId, "a", 4, 1));
        var request = coordinator.ExpectMsg<WorkPulling.Request>().RequestId;
        using var network = Network.Create(job.Spec, job.Random);
        using var compute = new ActorSparse.Model.Compute.NetworkCompute();
        using var gradients = new Gradients(network);
        using var batch = new BatchGradient(
            job.Spec, job.TrainingSet, new(job.TrainingSet.SampleCount, 8, job.Random, 1, 2), job.Training, compute, job.Random);
        batch.Compute(network, 1, 2, gradients);
        var snapshot = job.Snapshot(network, 17) with { Evidence = new(compute, batch.Workspace, job.Random, 17) };
        var rule = (GuidedRule)job.Training.Rule;
        var sums = rule.Measure(snapshot.Evidence, 3);

        coordinator.Reply(new GuidedGrowth.Measure(
            job.RunId, "a", 4, request, 17, new(5, 1, 1, 2), RefusalReason.None, [], new(WorkSet.For(network))));
        var measured = coordinator.ExpectMsg<GuidedGrowth.Measured>();
        Assert.Equal((5, request + 1), (measured.Ticket, measured.RequestId));
        Assert.Equal(sums.Select(layer => layer!.Inputs), measured.Sums.Select(layer => layer!.Inputs));
        Assert.Equal(sums.Select(layer => layer!.Outputs), measured.Sums.Select(layer => layer!.Outputs));

        using var expected = rule.Draw(snapshot, sums);
        coordinator.Reply(new GuidedGrowth.Differentiate(
            job.RunId, "a", 4, request + 1, 17, new(6, 1, 1, 2), RefusalReason.None, [], new(WorkSet.For(network)),
            new(rule.Draw(job.Snapshot(network, 17), sums))));
        var differentiated = coordinator.ExpectMsg<GuidedGrowth.Differentiated>();
        Assert.Equal((6, request + 2), (differentiated.Ticket, differentiated.RequestId));
        rule.Differentiate(snapshot, expected);
        Assert.True(differentiated.Candidates.TryTake(out var actual));
        AssertSame(expected, actual);
        Assert.Contains(expected.Layers[1]!.Gradients.Span.ToArray(), gradient => gradient != 0);
    }

    [Fact]
    public void Sums_of_another_shape_and_candidates_that_are_present_are_refused_and_the_evolution_begun_anew()
    {
        var (job, coordinator) = Started(workers: 2);
        var worker = Worker(coordinator, job, "a");
        worker.Join();
        worker.Ask();
        var sums = worker.Measure(worker.Probe.ExpectMsg<GuidedGrowth.Measure>());
        worker.Tell(sums with { Sums = [sums.Sums[0], sums.Sums[0], sums.Sums[2]] });
        var measure = worker.Probe.ExpectMsg<GuidedGrowth.Measure>();
        Assert.Equal(RefusalReason.Implausible, measure.Refusal);
        worker.Tell(worker.Measure(measure));
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Draw>());
        worker.Push(worker.Parameters());
        var differentiated = worker.Differentiate(worker.Probe.ExpectMsg<GuidedGrowth.Differentiate>());
        using var network = Network.Create(job.Spec, job.Random);
        var present = new CandidateSet(new Candidates(network.Layers[0].Topology.Retain(), default), null, null);
        worker.Tell(differentiated with { Candidates = new(present) });
        Assert.Equal(RefusalReason.Implausible, worker.Probe.ExpectMsg<GuidedGrowth.Measure>().Refusal);
        Topology.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_worker_reports_a_snapshot_whose_gradients_are_not_finite_and_too_many_such_end_the_run()
    {
        var (job, coordinator) = Started(workers: 2, rateScale: 0.5);
        var worker = Worker(coordinator, job, "a");
        worker.Join();
        worker.Ask();
        for (var attempt = 0; attempt < Settings.NotFiniteMax; attempt++)
        {
            var measure = worker.Probe.ExpectMsg<GuidedGrowth.Measure>();
            Assert.Equal(attempt == 0 ? RefusalReason.None : RefusalReason.NotFinite, measure.Refusal);
            worker.Tell(new WorkPulling.Diverged(
                job.RunId, "a", 1, 50 + attempt, measure.Assignment.Ticket, "layer 1 is not finite" + new string('!', 10_000), [], null));
        }
        // However much a worker has to say, all of them hear of the end.
        Assert.InRange(worker.Probe.ExpectMsg<Membership.Dismissed>().Error!.Length, 1, 1000);
        Assert.Contains("layer 1 is not finite", ExpectReport<Progress.Finished>().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_that_the_topology_actor_takes_is_reported_with_the_epoch()
    {
        // An update, and an evolution, an epoch.
        var (job, coordinator) = Started(workers: 1, rule: "gse-uniform", samples: 8);
        var worker = Worker(coordinator, job, "a");
        worker.Push(worker.JoinAndAsk());
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Draw>());
        worker.Tell(worker.Differentiate(worker.Probe.ExpectMsg<GuidedGrowth.Differentiate>()));
        Answer(job, Topology.ExpectMsg<GuidedGrowth.Select>());
        var evaluate = Evaluator.ExpectMsg<Progress.Evaluate>();
        Evaluator.Reply(new Progress.Evaluated(job.RunId, evaluate.EvaluationId, 0, 0.5, 1, 0));
        var summary = ExpectReport<Progress.EpochFinished>().Metrics;
        Assert.Equal(0.75, summary.EvolveSeconds);
        Assert.NotEqual(0, summary.Grown);
    }

    [Fact]
    public void The_topology_actor_draws_and_selects_what_the_rule_does_from_the_same_snapshot()
    {
        var job = Guided(workers: 2);
        var actor = Sys.ActorOf(TopologyActor.Props(job));
        using var network = Network.Create(job.Spec, job.Random);
        var rule = (GuidedRule)job.Training.Rule;
        var neurons = job.Spec.LayerSizes;
        NeuronSums[] sums = [.. Enumerable.Range(0, 3).Select(layer => new NeuronSums(
            [.. Enumerable.Range(1, neurons[layer]).Select(neuron => (double)neuron)],
            [.. Enumerable.Range(1, neurons[layer + 1]).Select(neuron => 1.0 / neuron)]))];
        using var expected = rule.Draw(job.Snapshot(network, 9), sums);

        actor.Tell(new GuidedGrowth.Draw(job.RunId, 3, 9, sums, new(WorkSet.For(network))));
        var drawn = ExpectMsg<GuidedGrowth.Drawn>();
        Assert.Equal(3, drawn.EvolutionId);
        Assert.True(drawn.Candidates.TryTake(out var candidates));
        AssertSame(expected, candidates);

        foreach (var set in (CandidateSet[])[expected, candidates])
            foreach (var layer in set.Layers)
                for (var index = 0; index < layer?.Count; index++) layer.Gradients[index] = (index * 7 % 5) - 2;
        using var evolution = rule.Select(job.Snapshot(network, 9), expected);
        actor.Tell(new GuidedGrowth.Select(job.RunId, 4, 9, new(WorkSet.For(network)), new(candidates)));
        var selected = ExpectMsg<GuidedGrowth.Selected>();
        Assert.Equal(4, selected.EvolutionId);
        Assert.True(selected.Changes.TryTake(out var changes));
        using var other = network.Clone();
        changes.Apply(other);
        Model.Evolution.NetworkEvolution.Apply(network, evolution.Changes);
        for (var layer = 0; layer < 3; layer++)
        {
            Assert.Equal(network.Layers[layer].Topology.Id, other.Layers[layer].Topology.Id);
            Assert.True(network.Layers[layer].Values.Span.SequenceEqual(other.Layers[layer].Values.Span));
        }
    }

    private static unsafe void AssertSame(CandidateSet expected, CandidateSet actual)
    {
        Assert.Equal(expected.Layers.Count, actual.Layers.Count);
        foreach (var (one, other) in expected.Layers.Zip(actual.Layers))
        {
            Assert.Equal(one?.Count, other?.Count);
            if (one is null || other is null) continue;
            for (var row = 0; row < one.Topology.OutputCount; row++)
                Assert.Equal(one.Topology.Row(row).ToArray(), other.Topology.Row(row).ToArray());
            Assert.Equal(one.Gradients.Span.ToArray(), other.Gradients.Span.ToArray());
        }
    }

    private static TrainingJob Guided(int workers, string rule = "gse-graest", int samples = 48)
    {
        var job = Job(workers, samples: samples);
        return job with { Training = job.Training with { Rule = TestJob.Guided(rule, interval: 1) } };
    }

    private (TrainingJob Job, IActorRef Coordinator) Started(int workers, string rule = "gse-graest", int samples = 48, double rateScale = 1)
    {
        var job = Guided(workers, rule, samples);
        var coordinator = Coordinator(job, TestJob.Begin(job) with { RateScale = rateScale });
        coordinator.Tell(new Progress.Start(job.RunId));
        return (job, coordinator);
    }

    private void Answer(TrainingJob job, GuidedGrowth.Draw draw)
    {
        Assert.True(draw.Snapshot.TryTake(out var snapshot));
        var candidates = ((GuidedRule)job.Training.Rule).Draw(job.Snapshot(snapshot.Replica, draw.Update), draw.Sums);
        Topology.Reply(new GuidedGrowth.Drawn(draw.RunId, draw.EvolutionId, Seconds: 0.25, new(candidates)));
    }

    private void Answer(TrainingJob job, GuidedGrowth.Select select)
    {
        Assert.True(select.Snapshot.TryTake(out var snapshot));
        Assert.True(select.Candidates.TryTake(out var candidates));
        var evolution = ((GuidedRule)job.Training.Rule).Select(job.Snapshot(snapshot.Replica, select.Update), candidates);
        Topology.Reply(new GuidedGrowth.Selected(select.RunId, select.EvolutionId, Seconds: 0.5, new(new([evolution.Changes], null))));
    }

    private Lease<RunState> Stopped(TrainingJob job, IActorRef coordinator)
    {
        coordinator.Tell(new Progress.Stop(job.RunId));
        return Writer.ExpectMsg<Checkpoints.Write>().State;
    }
}
