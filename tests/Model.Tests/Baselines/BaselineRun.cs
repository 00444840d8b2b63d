using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Baselines;

/// <summary>Small trainings under rules that begin with all connections.</summary>
internal static class BaselineRun
{
    public const ulong Seed = 5;

    public const double Sparsity = 0.9;

    public static string[] Names { get; } = [.. TopologyRules.Names.Except(TopologyRules.SparseNames)];

    /// <summary>A perceptron with 900 possible connections.</summary>
    public static NetworkSpec Chain { get; } = new() { LayerSizes = [8, 30, 20, 3], Epsilon = 4, Initializer = Initializer.FanIn };

    /// <summary>Convolutions and norms on the same features.</summary>
    public static NetworkSpec Residual { get; } = TestJob.Residual;

    public static DenseDataset Data { get; } = TestData.Clusters(130, seed: 1, features: 8);

    /// <summary>Four epochs, which each level of the lottery has one of, of eight batches.</summary>
    public static TrainingOptions Options(string rule, OptimizerKind optimizer = OptimizerKind.Sgd) => new()
    {
        Epochs = 4,
        BatchSize = 16,
        Dropout = 0.2,
        Optimizer = new() { Kind = optimizer, LearningRate = 0.02, ClipNorm = 0.5, Schedule = LearningRateSchedule.Parse("cosine") },
        Rule = TopologyRules.Create(rule, 0.3, new() { Interval = 3, Until = 0.8 }, Sparsity),
    };

    public static DenseRunContext Context(
        NetworkCompute compute, Network network, TrainingOptions options, Dataset? data = null, TrainingState? state = null,
        IReadOnlyList<Network?>? kept = null) => new()
    {
        Network = network,
        Data = data ?? Data,
        Options = options,
        Compute = compute,
        State = state ?? new() { Seed = Seed },
        BatchCount = DataShard.TotalBatches((data ?? Data).SampleCount, options.BatchSize),
        Kept = kept ?? [],
    };

    public static Network New(NetworkSpec spec) => Network.Create(spec, new RandomSource(Seed));

    public static Network Train(NetworkCompute compute, NetworkSpec spec, TrainingOptions options, TrainingObserver? observer = null)
    {
        var network = New(spec);
        using var trainer = new SequentialTrainer(network, Data, Data, options, compute, new() { Seed = Seed }, observer);
        trainer.Run();
        return network;
    }

    /// <summary>Every row's columns as numbers of places.</summary>
    public static HashSet<long> Places(Model.Sparse.Topology topology) => [.. Sparse.TestTopologies.Positions(topology)];

    public static Activation Tanh { get; } = new(ActivationKind.Tanh);
}
