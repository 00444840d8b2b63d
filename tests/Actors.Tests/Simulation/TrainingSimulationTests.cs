using ActorSparse.Actors.State;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using Akka.Simulation;

namespace ActorSparse.Actors.Tests.Simulation;

/// <summary>
/// Whole trainings while messages are delayed, lost, repeated and reordered and actors crash. Other seeds, as many as wanted:
/// <c>ACTORSPARSE_SIMULATION_SEEDS=1-100000 ./test --filter TrainingSimulation</c>.
/// </summary>
public sealed class TrainingSimulationTests
{
    [Fact]
    public void Every_batch_counts_once_and_the_run_ends_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 2_000, seed =>
        {
            var job = Drawn(seed);
            using var run = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults());
            run.Run().Dispose();
            Assert.Equal(job.Training.Epochs, run.Epochs.Count);
        });

    [Fact]
    public void With_one_worker_the_network_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 300, seed => AssertSameAsSequential(seed, Drawn(seed)));

    [Fact]
    public void Step_by_step_the_network_is_that_of_a_run_without_faults() =>
        SimulationSeeds.ForEach(1, 200, seed => AssertSameAsWithoutFaults(seed, Drawn(seed)));

    [Fact]
    public void Guided_growth_happens_once_and_in_order_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 500, seed =>
        {
            var job = Drawn(seed, DrawnRule(seed));
            using var run = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults(), serializes: seed % 5 == 0);
            run.Run().Dispose();
            Assert.Equal(job.Training.Epochs, run.Epochs.Count);
        });

    [Fact]
    public void With_one_worker_guided_growth_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 200, seed => AssertSameAsSequential(seed, Drawn(seed, DrawnRule(seed))));

    [Fact]
    public void Step_by_step_guided_growth_is_that_of_a_run_without_faults() =>
        SimulationSeeds.ForEach(1, 100, seed => AssertSameAsWithoutFaults(seed, Drawn(seed, DrawnRule(seed))));

    [Fact]
    public void Messages_copied_as_between_machines_bear_the_same_faults() =>
        SimulationSeeds.ForEach(1, 100, seed =>
        {
            var job = Drawn(seed);
            using var run = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults(), serializes: true);
            run.Run().Dispose();
        });

    [Fact]
    public void In_order_at_most_one_large_message_of_a_worker_s_life_waits_for_the_coordinator() =>
        SimulationSeeds.ForEach(1, 300, seed =>
        {
            var job = Drawn(seed);
            var faults = SimulatedRun.Faults() with { ReorderProbability = 0 };
            using var run = new SimulatedRun(seed, job, TestJob.Begin(job), faults, serializes: seed % 2 == 0);
            run.Run().Dispose();
        });

    [Fact]
    public void A_run_continued_from_any_of_its_checkpoints_does_the_rest_exactly_once() =>
        SimulationSeeds.ForEach(1, 100, seed =>
        {
            var job = Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed));
            using var first = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults());
            first.Run().Dispose();
            var state = first.Sink[(int)(seed % first.Sink.Count)];
            var done = state.Ledger.Epoch * job.BatchesPerShard().Sum() + state.Ledger.Done.Concat(state.Ledger.DoneAhead).Sum(shard =>
                shard.Count(batch => batch));
            using var second = new SimulatedRun(seed + 1, job with { RunId = 77 }, state, SimulatedRun.Faults());
            second.Run().Dispose();
            Assert.Equal(job.Plan.PhaseOneEpochs * job.BatchesPerShard().Sum() - done, second.Checker.AcceptedCount);
        });

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Network? first = null;
        for (var repetition = 0; repetition < 2; repetition++)
        {
            var job = Drawn(11);
            using var run = new SimulatedRun(11, job, TestJob.Begin(job), SimulatedRun.Faults());
            var network = run.Run();
            if (first is null) first = network;
            else Networks.AssertIdentical(first, network, "the same seed");
        }
    }

    // A guided rule that evolves with every update or every few of them.
    private static void AssertSameAsSequential(long seed, TrainingJob drawn)
    {
        var job = drawn with { Run = new() { Workers = 1, Mode = seed % 2 == 0 ? TrainingMode.Wasap
            : TrainingMode.Wssp, PhaseTwoFraction = seed % 3 * 0.4 } };
        using var run = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults());
        using var actual = run.Run();
        using var expected = Network.Create(job.Spec, job.Random);
        using var compute = new NetworkCompute();
        using var trainer = new SequentialTrainer(expected, job.TrainingSet, null, job.Training, compute, new() { Seed = job.Seed });
        trainer.Run();
        Networks.AssertIdentical(expected, actual, $"seed {seed}");
    }

    private static void AssertSameAsWithoutFaults(long seed, TrainingJob drawn)
    {
        var job = drawn with { Run = drawn.Run with { Mode = TrainingMode.Wssp } };
        using var calm = new SimulatedRun(seed, job, TestJob.Begin(job), null);
        using var expected = calm.Run();
        using var stormy = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults());
        using var actual = stormy.Run();
        Networks.AssertIdentical(expected, actual, $"seed {seed}");
    }

    private static ITopologyRule DrawnRule(long seed)
    {
        var random = new RandomSource((ulong)seed).Stream("rule");
        var names = TopologyRules.Names.Where(name => name is not ("set" or "static")).ToArray();
        return TestJob.Guided(
            names[random.NextInt32(names.Length)], 1 + random.NextInt32(4), (ConnectionBudget)random.NextInt32(2));
    }

    // Workers, epochs, phases, mode and the size of the data follow from the seed.
    private static TrainingJob Drawn(long seed, ITopologyRule? rule = null)
    {
        var random = new RandomSource((ulong)seed).Stream("job");
        var workers = 1 + random.NextInt32(4);
        return TestJob.Create(
            workers, epochs: 2 + random.NextInt32(3), phaseTwo: random.NextInt32(3) * 0.34, rounds: 1,
            random.NextInt32(3) == 0 ? TrainingMode.Wssp : TrainingMode.Wasap, (ulong)seed, samples: 8 * (workers + random.NextInt32(5)), rule: rule);
    }
}
