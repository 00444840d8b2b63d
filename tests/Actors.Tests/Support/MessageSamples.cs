using ActorSparse.Actors.Cluster;
using ActorSparse.Actors.Messages;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Training;

namespace ActorSparse.Actors.Tests.Support;

/// <summary>A message of every type, every field with a value of its own.</summary>
internal static class MessageSamples
{
    public const string Worker = "worker-7";

    private static readonly ulong[] s_known = [3, 5, 8];

    public static IProtocolMessage[] All(ulong runId = 0xA5, long incarnation = 3) =>
    [
        new Membership.Join(runId, Worker, incarnation, 0xFEED),
        new Membership.Joined(runId, Worker, incarnation, 2),
        new Membership.Leave(runId, Worker, incarnation, "the lid is closed"),
        new Membership.Transferring(runId, Worker, incarnation),
        new Membership.Refused(runId, Worker, incarnation, RefusalReason.OldIncarnation, "ärger"),
        new Membership.Dismissed(runId, Worker, incarnation, RunOutcome.Failed, "diverged"),
        new WorkPulling.Request(runId, Worker, incarnation, 11, s_known, null, 61),
        new WorkPulling.Diverged(runId, Worker, incarnation, 12, 13, "layer 2", s_known, null),
        new PhaseOne.GradientPush(runId, Worker, incarnation, 14, 15, 16, new(1, 4, 8, 6.5, 8), s_known, Work(1), new(Guided()), 0.25, 0.5),
        new PhaseOne.Parameters(runId, Worker, incarnation, 17, 18, new(19, 1, 2, 3, 4), true, RefusalReason.TooStale, s_known, Work(2), new(0.5, 0.25, 62)),
        new PhaseTwo.TrainReplica(runId, Worker, incarnation, 20, 21, 1, new(22, 1, 5, true), 0.5, RefusalReason.None, s_known, Work(3)),
        new PhaseTwo.ReplicaTrained(runId, Worker, incarnation, 23, 24, 25, 1, new(9, 1.5, 72, 60, 72), 0.02, new(4, 3), s_known, Work(4)),
        new PhaseTwo.StillTraining(runId, Worker, incarnation, 26, 27),
        Compute(runId, incarnation),
        new RecoverySums.Computed(runId, Worker, incarnation, 63, 1, [new(1, 1, [0.5, -0.25]), new(0, 4, [1e300, double.NaN])]),
        new PhaseTwo.MeasureLoss(runId, 59, 2, Shared(14)),
        new PhaseTwo.LossMeasured(runId, 60, 3, 0.45),
        new TopologyEvolution.Standing(runId, 28, 4, 29),
        new TopologyEvolution.Next(runId, 30, new(5, 31, 1)),
        new TopologyEvolution.Evolve(runId, 32, 4, Shared(5)),
        new TopologyEvolution.Evolved(runId, 33, 0.25, new(Evolution()), new(6, 34, 2)),
        new Checkpoints.Write(runId, 32, Metrics(), true, new(State())),
        new Checkpoints.Written(runId, 33, "no space left"),
        new Checkpoints.ReadLast(runId),
        new Checkpoints.LastRead(runId, new(State()), "damaged"),
        new Progress.Start(runId),
        new Progress.Stop(runId),
        new Progress.Evaluate(runId, 34, 6, Shared(6)),
        new Progress.Evaluated(runId, 35, 7, 0.75, 0.6, 0.05),
        new Progress.EpochFinished(runId, Metrics()),
        new Progress.Running(runId, Status()),
        new Progress.Happened(runId, RunEvent.WorkerLost, "worker-1"),
        new Progress.Finished(runId, RunOutcome.Failed, "diverged", Status(), new(TestJob.Filled(7))),
    ];

    /// <summary>A question with all that a question can have, which none has.</summary>
    public static RecoverySums.Compute Compute(ulong runId, long incarnation)
    {
        SparseVector first = new(12, [3, 14, 59], [0.5, -1.5, 0]), second = new(3, [0, 4], [1, -1]);
        var request = new SumRequest(SumKind.VectorBlocks, first)
        {
            Gates = Gates.Of(first.With([1, 2, 3])),
            Neurons = [0, 1, 300],
            OutputPoint = second,
            Blocks = first.With([4, 5, 6]),
            OutputBlocks = second.With([7, 8]),
            IsCrossEntropy = true,
            FirstChunk = 2,
            ChunkCount = 5,
        };
        return new(runId, Worker, incarnation, new(64, 65, 66, [first, second], 67), new(68, 1, 3, 5, request));
    }

    /// <summary>Those that leave a process.</summary>
    public static IProtocolMessage[] Travelling() => [.. All().Where(message => message is not ILocalMessage)];

    /// <summary>Messages between nodes.</summary>
    public static INodeMessage[] BetweenNodes() =>
    [
        new Nodes.AskTraining(1),
        new Nodes.Training(7, 1, "fit", new('{', 3000), "abc", "data", "def"),
        new Nodes.Connect(7, 1, "worker", "def", "abc"),
        new Nodes.Connected(7),
        new Nodes.Waiting(1, 3),
        new Nodes.Rejected("other data"),
        new Nodes.AskStatus(),
        new Nodes.Status("a\nb\nc"),
        new Nodes.Chunk(new(9, 2, 5_000_000_000, "1g", new byte[] { 1, 2, 3 })),
        new Nodes.ChunkArrived(9, 2),
    ];

    /// <summary>A replica and gradients with numbers of their own everywhere.</summary>
    public static Lease<WorkSet> Work(ulong seed) => new(FilledWork(seed));

    public static WorkSet FilledWork(ulong seed)
    {
        using var network = TestJob.Filled(seed);
        var work = WorkSet.For(network);
        var random = new RandomSource(seed).Stream("gradients");
        foreach (var buffer in work.Gradients.Blocks)
            foreach (ref var value in buffer.Span) value = (float)random.NextGaussian();
        return work;
    }

    private static Lease<SharedNetwork> Shared(ulong seed) => new(new(TestJob.Filled(seed)));

    // Of the network whose gradients travel with it.
    private static NetworkEvolution Guided()
    {
        var job = TestJob.Create(rule: TestJob.Guided("gse-uniform"));
        using var gradients = new ShardGradients(job, threads: 1);
        using var work = FilledWork(1);
        gradients.Gradient(work.Replica, 0, 0, 0, work.Gradients);
        return gradients.Evolve(work.Replica, 2);
    }

    private static EpochEvolution Evolution()
    {
        var job = TestJob.Create(pruning: new() { StartEpoch = 1, Interval = 1 });
        using var network = Network.Create(TestJob.Spec, new RandomSource(7));
        return EpochEvolution.Run(network, job.Training, job.Random, 0);
    }

    private static RunState State() => new()
    {
        Phase = RunPhase.PhaseTwo,
        Network = TestJob.Filled(8),
        ModelVersion = 40,
        Ledger = new() { Epoch = 3, LastTicket = 41, Done = [[true, false], [true]], DoneAhead = [[false, true], [false]] },
        EvolvedEpochs = 2,
        Round = 1,
        RoundEpochsDone = [1, 0],
        Replicas = [TestJob.Filled(9), null],
        ReplicaTallies = [new(1, 2.25, 8, 6, 8), default],
        Tallies = new Dictionary<int, TrainingTally> { [3] = new(1, 2.5, 8, 7, 8) },
        ReplicaUpdates = 42,
        BestScore = 0.9,
        EvolvedUpdates = 39,
        LearningRate = 0.01,
        RateScale = 0.5,
        BestEpochLoss = 0.7,
        Evolutions = new Dictionary<int, EvolutionSummary> { [3] = new(6, 5) },
    };

    public static EpochMetrics Metrics() => new()
    {
        Epoch = 2,
        Updates = 5,
        Phase = "one",
        SampleCount = 16,
        Connections = [9, 10],
        LivingNeurons = [11, 9],
    };

    private static RunStatus Status() => new()
    {
        Phase = RunPhase.PhaseOne,
        Epoch = 1,
        BatchesDone = 2,
        Loss = 0.8,
        Samples = 16,
        BatchesPerEpoch = 3,
        ModelVersion = 4,
        Updates = 5,
        StalenessMean = 0.5,
        StalenessMax = 6,
        Refused = 11,
        BytesSent = 12,
        BytesReceived = 13,
        WorkersAlive = 7,
        WorkersLost = 8,
        Connections = [9, 10],
    };
}
