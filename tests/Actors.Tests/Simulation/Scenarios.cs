using ActorSparse.Model;
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

/// <summary>What follows from a seed: a training, what goes wrong in it and what it must come to. Each returns the run's digest.</summary>
internal static class Scenarios
{
    private static readonly Func<long, ulong>[] s_all =
    [
        Anything, OneWorker, StepByStep, Guided, GuidedOneWorker, GuidedStepByStep, Doubted, Copied, InOrder, Continued, Local,
        LocalContinued, Graph, GraphOneWorker, GraphStepByStep, GraphLocal, GraphContinued, SlowHelpers, SlowWorkers,
    ];

    /// <summary>A line for every scenario and seed.</summary>
    public static IEnumerable<string> Digests(long first, long last) =>
        from scenario in s_all
        from seed in Enumerable.Sequence(first, last, 1L)
        select $"{scenario.Method.Name} {seed} {scenario(seed):x16}";

    public static ulong Anything(long seed) => Complete(seed, Drawn(seed), SimulatedRun.Faults());

    public static ulong OneWorker(long seed) => SameAsSequential(seed, Drawn(seed));

    public static ulong StepByStep(long seed) => SameAsWithoutFaults(seed, Drawn(seed));

    // A guided rule that evolves with every update or every few of them.
    public static ulong Guided(long seed) =>
        Complete(seed, Drawn(seed, DrawnRule(seed)), SimulatedRun.Faults(), serializes: seed % 5 == 0);

    public static ulong GuidedOneWorker(long seed) => SameAsSequential(seed, Drawn(seed, DrawnRule(seed)));

    public static ulong GuidedStepByStep(long seed) => SameAsWithoutFaults(seed, Drawn(seed, DrawnRule(seed)));

    public static ulong Doubted(long seed)
    {
        var job = Drawn(seed, workersMin: 2);
        return SameAsWithoutFaults(seed, job with { Run = job.Run with { PhaseTwoFraction = 0.7 } }, doubts: true);
    }

    public static ulong Copied(long seed) => Complete(seed, Drawn(seed), SimulatedRun.Faults(), serializes: true);

    public static ulong InOrder(long seed) =>
        Complete(seed, Drawn(seed), SimulatedRun.Faults() with { ReorderProbability = 0 }, serializes: seed % 2 == 0);

    public static ulong Local(long seed) =>
        Complete(seed, Locally(seed, Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed))), SimulatedRun.Faults(), serializes: seed % 3 == 0);

    private static TrainingJob Locally(long seed, TrainingJob job) =>
        job with { Run = job.Run with { Mode = TrainingMode.Wasap, LocalSteps = 2 + (int)(seed % 4) } };

    public static ulong LocalContinued(long seed) => Continue(seed, Locally(seed, Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed))));

    public static ulong Continued(long seed) => Continue(seed, Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed)));

    public static ulong Graph(long seed) =>
        Complete(seed, DrawnGraph(seed), SimulatedRun.Faults(), serializes: seed % 4 == 0);

    public static ulong GraphOneWorker(long seed) => SameAsSequential(seed, DrawnGraph(seed));

    public static ulong GraphStepByStep(long seed) => SameAsWithoutFaults(seed, DrawnGraph(seed));

    public static ulong GraphLocal(long seed) =>
        Complete(seed, Locally(seed, DrawnGraph(seed)), SimulatedRun.Faults(), serializes: seed % 3 == 0);

    public static ulong GraphContinued(long seed) => Continue(seed, DrawnGraph(seed));

    // Evaluations and evolutions of a minute and more, where workers are asked again after half a second.
    public static ulong SlowHelpers(long seed) => Complete(seed, Drawn(seed), FaultPlan.None, change: setup => setup with
    {
        EvaluatorProps = Slow.Props(setup.EvaluatorProps!, TimeSpan.FromSeconds(60)),
        TopologyProps = Slow.Props(setup.TopologyProps, TimeSpan.FromSeconds(60 + seed)),
    });

    // Work that takes all workers longer than they may be silent, some more and some less.
    public static ulong SlowWorkers(long seed) => Complete(seed, Drawn(seed, workersMin: 2), FaultPlan.None, change: setup => setup with
    {
        WorkerProps = (coordinator, name, incarnation) => SlowWorker.Props(
            new()
            {
                Name = name, Incarnation = incarnation, Coordinator = coordinator, Job = setup.Job,
                Settings = setup.Settings with { AnswerTimeout = TimeSpan.FromHours(1) },
            },
            setup.Settings.SilenceTimeout * (1.5 + (seed + name[^1]) % 3)),
    });

    // Convolutions, norms and a residual; random growth after epochs, or a guided rule.
    private static TrainingJob DrawnGraph(long seed) =>
        Drawn(seed, seed % 2 == 0 ? null : DrawnRule(seed)) with { Spec = TestJob.HarmlessResidual };

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

    private static ulong Complete(
        long seed, TrainingJob job, FaultPlan plan, bool serializes = false, Func<CoordinatorSetup, CoordinatorSetup>? change = null)
    {
        using var run = new SimulatedRun(seed, job, TestJob.Begin(job), plan, serializes, change: change);
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
        var names = TopologyRules.SparseNames.Where(name => name is not ("set" or "set-zero" or "static")).ToArray();
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
