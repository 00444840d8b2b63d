using System.Diagnostics;
using ActorSparse.Actors.Tests.Support;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
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
    private static readonly Func<long, ulong>[] s_scenarios =
    [
        Anything, OneWorker, StepByStep, Guided, GuidedOneWorker, GuidedStepByStep, Doubted, Copied, InOrder, Continued, Local,
        LocalContinued,
    ];

    [Fact]
    public void Every_batch_counts_once_and_the_run_ends_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 2_000, Anything);

    [Fact]
    public void With_one_worker_the_network_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 300, OneWorker);

    [Fact]
    public void Step_by_step_the_network_is_that_of_a_run_without_faults() => SimulationSeeds.ForEach(1, 200, StepByStep);

    [Fact]
    public void Guided_growth_happens_once_and_in_order_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 500, Guided);

    [Fact]
    public void With_one_worker_guided_growth_is_that_of_sequential_training_whatever_goes_wrong() =>
        SimulationSeeds.ForEach(1, 200, GuidedOneWorker);

    [Fact]
    public void Step_by_step_guided_growth_is_that_of_a_run_without_faults() => SimulationSeeds.ForEach(1, 100, GuidedStepByStep);

    [Fact]
    public void Averages_are_taken_or_not_as_in_a_run_without_faults() => SimulationSeeds.ForEach(1, 100, Doubted);

    [Fact]
    public void Messages_copied_as_between_machines_bear_the_same_faults() => SimulationSeeds.ForEach(1, 100, Copied);

    [Fact]
    public void In_order_at_most_one_large_message_of_a_worker_s_life_waits_for_the_coordinator() =>
        SimulationSeeds.ForEach(1, 300, InOrder);

    [Fact]
    public void A_run_continued_from_any_of_its_checkpoints_does_the_rest_exactly_once() => SimulationSeeds.ForEach(1, 100, Continued);

    [Fact]
    public void With_local_steps_every_batch_counts_once_whatever_goes_wrong() => SimulationSeeds.ForEach(1, 500, Local);

    [Fact]
    public void A_run_with_local_steps_continued_from_any_of_its_checkpoints_does_the_rest_exactly_once() =>
        SimulationSeeds.ForEach(1, 100, LocalContinued);

    // Hash codes of text, and with them the order of many collections, differ from process to process.
    [Fact]
    public async Task A_seed_gives_the_same_run_in_another_process()
    {
        var assembly = typeof(TrainingSimulationTests).Assembly.Location;
        using var other = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly, "1", "10"])
        {
            RedirectStandardOutput = true,
        })!;
        var lines = await other.StandardOutput.ReadToEndAsync();
        await other.WaitForExitAsync();
        Assert.Equal(Digests(1, 10), lines.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A line for every scenario and seed.</summary>
    internal static IEnumerable<string> Digests(long first, long last) =>
        from scenario in s_scenarios
        from seed in Enumerable.Sequence(first, last, 1L)
        select $"{scenario.Method.Name} {seed} {scenario(seed):x16}";

    private static ulong Anything(long seed) => Complete(seed, Drawn(seed), SimulatedRun.Faults());

    private static ulong OneWorker(long seed) => SameAsSequential(seed, Drawn(seed));

    private static ulong StepByStep(long seed) => SameAsWithoutFaults(seed, Drawn(seed));

    // A guided rule that evolves with every update or every few of them.
    private static ulong Guided(long seed) =>
        Complete(seed, Drawn(seed, DrawnRule(seed)), SimulatedRun.Faults(), serializes: seed % 5 == 0);

    private static ulong GuidedOneWorker(long seed) => SameAsSequential(seed, Drawn(seed, DrawnRule(seed)));

    private static ulong GuidedStepByStep(long seed) => SameAsWithoutFaults(seed, Drawn(seed, DrawnRule(seed)));

    private static ulong Doubted(long seed)
    {
        var job = Drawn(seed, workersMin: 2);
        return SameAsWithoutFaults(seed, job with { Run = job.Run with { PhaseTwoFraction = 0.7 } }, doubts: true);
    }

    private static ulong Copied(long seed) => Complete(seed, Drawn(seed), SimulatedRun.Faults(), serializes: true);

    private static ulong InOrder(long seed) =>
        Complete(seed, Drawn(seed), SimulatedRun.Faults() with { ReorderProbability = 0 }, serializes: seed % 2 == 0);

    private static ulong Local(long seed) =>
        Complete(seed, Locally(seed, Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed))), SimulatedRun.Faults(), serializes: seed % 3 == 0);

    private static TrainingJob Locally(long seed, TrainingJob job) =>
        job with { Run = job.Run with { Mode = TrainingMode.Wasap, LocalSteps = 2 + (int)(seed % 4) } };

    private static ulong LocalContinued(long seed) => Continue(seed, Locally(seed, Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed))));

    private static ulong Continued(long seed) => Continue(seed, Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed)));

    private static ulong Continue(long seed, TrainingJob job)
    {
        using var first = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults());
        first.Run().Dispose();
        var state = first.Sink[(int)(seed % first.Sink.Count)];
        var done = state.Ledger.Epoch * job.BatchesPerShard().Sum() + state.Ledger.Done.Concat(state.Ledger.DoneAhead).Sum(shard =>
            shard.Count(batch => batch));
        using var second = new SimulatedRun(seed + 1, job with { RunId = 77 }, state, SimulatedRun.Faults());
        second.Run().Dispose();
        Assert.Equal(job.Plan.PhaseOneEpochs * job.BatchesPerShard().Sum() - done, second.Checker.AcceptedCount);
        return Mix(first.Digest, second.Digest);
    }

    private static ulong Complete(long seed, TrainingJob job, FaultPlan plan, bool serializes = false)
    {
        using var run = new SimulatedRun(seed, job, TestJob.Begin(job), plan, serializes);
        run.Run().Dispose();
        Assert.Equal(job.Training.Epochs, run.Epochs.Count);
        return run.Digest;
    }

    private static ulong SameAsSequential(long seed, TrainingJob drawn)
    {
        var mode = seed % 2 == 0 ? TrainingMode.Wasap : TrainingMode.Wssp;
        var job = drawn with
        {
            Run = new() { Workers = 1, Mode = mode, PhaseTwoFraction = seed % 3 * 0.4, PhaseTwoTopology = drawn.Run.PhaseTwoTopology },
        };
        using var run = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults());
        using var actual = run.Run();
        using var expected = Network.Create(job.Spec, job.Random);
        using var compute = new NetworkCompute();
        using var trainer = new SequentialTrainer(expected, job.TrainingSet, null, job.Training, compute, new() { Seed = job.Seed });
        trainer.Run();
        Networks.AssertIdentical(expected, actual, $"seed {seed}");
        return run.Digest;
    }

    private static ulong SameAsWithoutFaults(long seed, TrainingJob drawn, bool doubts = false)
    {
        var job = drawn with { Run = drawn.Run with { Mode = TrainingMode.Wssp } };
        using var calm = new SimulatedRun(seed, job, TestJob.Begin(job), null, doubts: doubts);
        using var expected = calm.Run();
        using var stormy = new SimulatedRun(seed, job, TestJob.Begin(job), SimulatedRun.Faults(), doubts: doubts);
        using var actual = stormy.Run();
        Networks.AssertIdentical(expected, actual, $"seed {seed}");
        Assert.Equal(calm.RejectedCount, stormy.RejectedCount);
        return Mix(calm.Digest, stormy.Digest);
    }

    private static ulong Mix(ulong first, ulong second) => first * 31 + second;

    private static ITopologyRule DrawnRule(long seed)
    {
        var random = new RandomSource((ulong)seed).Stream("rule");
        var names = TopologyRules.Names.Where(name => name is not ("set" or "set-zero" or "static")).ToArray();
        return TestJob.Guided(
            names[random.NextInt32(names.Length)], 1 + random.NextInt32(4), (ConnectionBudget)random.NextInt32(2));
    }

    // Workers, epochs, phases, mode, whose topology evolves and the size of the data follow from the seed.
    private static TrainingJob Drawn(long seed, ITopologyRule? rule = null, int workersMin = 1)
    {
        var random = new RandomSource((ulong)seed).Stream("job");
        var workers = workersMin + random.NextInt32(5 - workersMin);
        var job = TestJob.Create(
            workers, epochs: 2 + random.NextInt32(3), phaseTwo: random.NextInt32(3) * 0.34, rounds: random.NextInt32(4) == 0 ? 1 : null,
            random.NextInt32(3) == 0 ? TrainingMode.Wssp : TrainingMode.Wasap, (ulong)seed, samples: 8 * (workers + random.NextInt32(5)),
            rule: rule, topology: random.NextInt32(3) == 0 ? PhaseTwoTopology.Own : PhaseTwoTopology.Shared);
        return job with { TrainingSet = TinyData.Harmless(job.TrainingSet.SampleCount, 8, (ulong)seed) };
    }
}
