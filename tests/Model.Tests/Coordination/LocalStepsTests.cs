using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Coordination;

public sealed class LocalStepsTests
{
    // 84 samples are 10 batches of 8 in an epoch.
    private const int BatchesPerEpoch = 10;

    // What the coordinator adds up is rounded differently from what is added up in one place.
    private const float Rounding = 2e-6f;

    [Theory]
    [InlineData(OptimizerKind.Sgd, "set", 2)]
    [InlineData(OptimizerKind.AdamW, "set", 4)]
    [InlineData(OptimizerKind.AdamW, "static", 7)]
    [InlineData(OptimizerKind.Sgd, "gse-uniform", 4)]
    public void One_worker_goes_where_sequential_training_goes(OptimizerKind optimizer, string rule, int steps)
    {
        // An epoch: what evolves after it goes by magnitudes, which rounding may reorder.
        var job = Job(1, steps, optimizer, rule == "gse-uniform" ? TestJob.Guided(rule, interval: 1000) : null);
        job = job with { Training = job.Training with { Epochs = 1 } };
        using var run = new PlayedRun(job).Begin().PlayUntil();
        Assert.Equal(RunOutcome.Completed, run.Run.Outcome);
        using var expected = Sequentially(job);
        AssertNear(expected, run.Run.Server.Network, Rounding);
        Assert.Equal(BatchesPerEpoch, run.Run.Server.ModelVersion);
        Assert.Equal(BatchesPerEpoch, run.Epochs.Single().Updates);
    }

    [Fact]
    public void Each_of_two_workers_counts_half_and_makes_longer_steps()
    {
        var job = Job(2, 4, OptimizerKind.AdamW, samples: 128);
        using var phase = new PlayedPhaseOne(job);
        phase.Roster.Add("a", 1, "a");
        phase.Roster.Add("b", 1, "b");
        using var before = phase.Server.Network.Clone();
        var order = phase.Assign("a");
        Assert.Equal((4, 0.5, Math.Sqrt(2)), (order.Assignment.Count, order.LocalSteps!.Value.Share, order.LocalSteps.Value.RateScale));
        var answer = phase.Answer(order);
        var fell = answer.Work.Gradients.Sparse[0][0];
        Assert.NotEqual(0, fell);
        Assert.Equal(RefusalReason.None, phase.Take("a", answer));
        Assert.Equal(before.Parameters.Sparse[0].Values[0] - fell / 2, phase.Server.Network.Parameters.Sparse[0].Values[0], Rounding);
        Assert.Equal((4L, 4), (phase.Server.ModelVersion, phase.Books.TallyOf(0).Batches));
    }

    [Fact]
    public void What_a_worker_has_sent_and_its_next_parameters_lack_is_made_up_for()
    {
        var job = Job(1, 3, OptimizerKind.Sgd, rule: null);
        job = job with { Training = job.Training with { Epochs = 1, Dropout = 0 } };
        using var phase = new PlayedPhaseOne(job);
        phase.Roster.Add("a", 1, "a");
        // As it is where the next batches are asked for before the last ones are answered.
        var first = phase.Assign("a");
        var second = phase.Assign("a");
        Assert.Equal((0L, first.Assignment.Ticket), (first.LocalSteps!.Value.MissingTicket, second.LocalSteps!.Value.MissingTicket));
        Assert.False(phase.TryAssign("a", out _));
        var firstAnswer = phase.Answer(first);
        var secondAnswer = phase.Answer(second);
        Assert.Equal(RefusalReason.None, phase.Take("a", firstAnswer));
        Assert.Equal(RefusalReason.None, phase.Take("a", secondAnswer));
        while (phase.TryAssign("a", out var order)) phase.Finish("a", order);
        using var expected = Sequentially(job);
        AssertNear(expected, phase.Server.Network, Rounding);
    }

    [Fact]
    public unsafe void Velocities_last_and_connections_keep_theirs_through_an_evolution()
    {
        var job = Job(1, 4, OptimizerKind.Sgd);
        using var gradients = new ShardGradients(job, threads: 1);
        using var evolving = new LocalTrainer(job, gradients);
        using var staying = new LocalTrainer(job, gradients);
        using var start = Network.Create(job.Spec, job.Random);
        var terms = new LocalSteps(1, 1, 0);
        foreach (var trainer in (LocalTrainer[])[evolving, staying])
        {
            trainer.Begin(new(1, 0, 0, 0, 2), 0, terms, start);
            trainer.Step();
            trainer.Step();
        }
        using var evolved = start.Clone();
        using var evolution = EpochEvolution.Run(evolved, job.Training, job.Random, 0);
        var change = evolution.Steps[0][0]!;
        evolving.Begin(new(2, 0, 0, 0, 1), 2, terms, evolved);
        staying.Begin(new(2, 0, 0, 0, 1), 2, terms, start);
        var kept = 0;
        for (var position = 0; position < change.To.ConnectionCount; position++)
        {
            var expected = change.Sources[position] is var source && source >= 0
                ? staying.Network!.Parameters.Sparse[0].Velocities[source] : 0;
            Assert.Equal(expected, evolving.Network!.Parameters.Sparse[0].Velocities[position]);
            if (expected != 0) kept++;
        }
        Assert.NotEqual(0, kept);
    }

    [Fact]
    public void Topologies_that_did_not_evolve_from_those_before_make_it_begin_again()
    {
        var job = Job(1, 4, OptimizerKind.AdamW);
        using var gradients = new ShardGradients(job, threads: 1);
        using var trainer = new LocalTrainer(job, gradients);
        using var start = Network.Create(job.Spec, job.Random);
        trainer.Begin(new(1, 0, 0, 0, 1), 0, new(1, 1, 0), start);
        trainer.Step();
        using var other = Network.Create(job.Spec, new(99));
        trainer.Begin(new(2, 0, 0, 0, 1), 1, new(1, 1, 0), other);
        Assert.All(trainer.Network!.Parameters.Blocks, block => Assert.Null(block.SecondMoments));
        Assert.Equal(-1, trainer.Network.Parameters.Sparse[0].Velocities.Span.IndexOfAnyExcept(0f));
        AssertNear(other, trainer.Network, 0);
        trainer.Step();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Threads_compute_a_batch_each_and_a_step_goes_along_their_mean(int threads)
    {
        var job = Job(1, 4, OptimizerKind.Sgd);
        using var start = Network.Create(job.Spec, job.Random);
        var (first, tally) = Moved(threads);
        var (second, _) = Moved(threads);
        using (first) using (second) AssertNear(first, second, 0);
        Assert.Equal(4, tally.Batches);

        // The first step by hand: the mean of as many gradients, at as many times the rate.
        using var one = new ShardGradients(job, threads: 1);
        using var expected = start.Clone();
        var parts = Enumerable.Range(0, threads).Select(_ => new GradientSet(start.Parameters)).ToList();
        for (var batch = 0; batch < threads; batch++) one.Gradient(start, 0, 0, batch, parts[batch]);
        using var mean = new GradientSet(start.Parameters);
        Averaging.Average(parts, mean);
        job.Updater(expected.Parameters, one.Compute, job.Training.Optimizer, BatchesPerEpoch, 0).Apply(mean, threads);
        using var gradients = new ShardGradients(job, threads);
        using var trainer = new LocalTrainer(job, gradients);
        trainer.Begin(new(1, 0, 0, 0, threads), 0, new(1, 1, 0), start);
        trainer.Step();
        Assert.True(trainer.IsFinished);
        AssertNear(expected, trainer.Network!, 0);
        foreach (var part in parts) part.Dispose();

        (Network, TrainingTally) Moved(int count)
        {
            using var several = new ShardGradients(job, count);
            using var local = new LocalTrainer(job, several);
            local.Begin(new(1, 0, 0, 0, 4), 0, new(1, 1, 0), start);
            while (!local.IsFinished) local.Step();
            return (local.Network!.Clone(), local.Tally);
        }
    }

    [Fact]
    public void With_fewer_workers_than_parts_each_gets_more_and_with_more_fewer()
    {
        using var phase = new PlayedPhaseOne(Job(4, 2, OptimizerKind.Sgd, samples: 4 * 8 * 28));
        phase.Roster.Add("a", 1, "a");
        // Nothing is known of its speed at first.
        var order = phase.Assign("a");
        Assert.Equal(4, order.Assignment.Count);
        Assert.Equal(RefusalReason.None, phase.Take("a", phase.Answer(order) with { Seconds = 0.004 }));
        var next = phase.Assign("a");
        Assert.Equal(8, next.Assignment.Count);
        foreach (var name in (string[])["b", "c", "d", "e", "f", "g", "h"]) phase.Roster.Add(name, 1, name);
        Assert.Equal(RefusalReason.None, phase.Take("a", phase.Answer(next) with { Seconds = 0.008 }));
        Assert.Equal(1, phase.Assign("a").Assignment.Count);
    }

    [Fact]
    public void A_slow_worker_gets_fewer_batches_and_none_more_than_five_seconds_of_them()
    {
        var pace = new WorkerPace();
        pace.Learn("fast", 10, 1);
        pace.Learn("slow", 10, 4);
        pace.Learn("gone", 10, 0.1);
        Assert.Equal((4, 16, 2), (pace.BatchesFor("slow", 16, IsThere), pace.BatchesFor("fast", 16, IsThere), pace.BatchesFor("slow", 8, IsThere)));
        Assert.Equal(50, pace.BatchesFor("fast", 1000, IsThere));
        pace.Learn("endless", 1, 1000);
        Assert.Equal(1, pace.BatchesFor("endless", 1000, IsThere));
        foreach (var nonsense in (double[])[0, -1, double.NaN, double.PositiveInfinity]) pace.Learn("fast", 1, nonsense);
        Assert.Equal(16, pace.BatchesFor("fast", 16, IsThere));

        static bool IsThere(string name) => name != "gone";
    }

    [Fact]
    public void The_next_batches_are_asked_for_in_time_and_no_earlier()
    {
        var timing = new RequestTiming();
        var batch = TimeSpan.FromMilliseconds(2);
        Assert.True(timing.IsDue(30, batch));
        timing.Ask(TimeSpan.FromMilliseconds(100));
        timing.Answer(TimeSpan.FromMilliseconds(108));
        Assert.False(timing.IsDue(8, batch));
        Assert.True(timing.IsDue(7, batch));
        Assert.True(timing.IsDue(1, batch));
    }

    private static TrainingJob Job(
        int workers, int steps, OptimizerKind optimizer, Model.Evolution.ITopologyRule? rule = null, int samples = 84)
    {
        var job = TestJob.Create(workers, rule: rule, samples: samples);
        return job with
        {
            Run = job.Run with { LocalSteps = steps },
            Training = job.Training with { Optimizer = job.Training.Optimizer with { Kind = optimizer } },
        };
    }

    private static Network Sequentially(TrainingJob job)
    {
        var network = Network.Create(job.Spec, job.Random);
        using var compute = new NetworkCompute();
        using var trainer = new SequentialTrainer(network, job.TrainingSet, null, job.Training, compute, new() { Seed = job.Seed });
        trainer.Run();
        return network;
    }

    private static void AssertNear(Network expected, Network actual, float tolerance)
    {
        for (var layer = 0; layer < expected.Parameters.Sparse.Count; layer++)
        {
            var (left, right) = (expected.Parameters.Sparse[layer], actual.Parameters.Sparse[layer]);
            Assert.Equal(left.Topology.Id, right.Topology.Id);
            for (var index = 0; index < left.Values.Length; index++) Assert.Equal(left.Values[index], right.Values[index], tolerance);
            var (leftBiases, rightBiases) = (expected.Parameters.Dense[layer].Values, actual.Parameters.Dense[layer].Values);
            for (var index = 0; index < leftBiases.Length; index++) Assert.Equal(leftBiases[index], rightBiases[index], tolerance);
        }
    }
}
