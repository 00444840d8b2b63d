using ActorSparse.Model;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Tests.Support;

/// <summary>Small trainings that take milliseconds.</summary>
internal static class TestJob
{
    public static NetworkSpec Spec { get; } = new() { LayerSizes = [8, 12, 9, 3], Epsilon = 2.5 };

    /// <summary>A residual network with convolutions and norms on the same samples, taken for images of two channels.</summary>
    public static NetworkSpec Residual { get; } = new()
    {
        Epsilon = 1.5,
        Initializer = Initializer.FanIn,
        Graph = GraphText.Parse("""
            {"input": "2x2x2", "nodes": [
              {"name": "stem", "operator": "convolution", "channels": 4, "bias": false},
              {"operator": "batch-norm"},
              {"name": "act", "operator": "relu"},
              {"operator": "convolution", "channels": 4},
              {"name": "norm", "operator": "group-norm", "groups": 2},
              {"operator": "add", "inputs": ["norm", "act"]},
              {"operator": "tanh"},
              {"operator": "flatten"},
              {"operator": "linear", "outputs": 6, "activation": "relu", "dropout": true},
              {"operator": "linear", "outputs": 3}]}
            """),
    };

    /// <summary>
    /// The same for <see cref="TinyData.Harmless"/>: norms make small samples large, but with small weights a loss is near that of a guess.
    /// </summary>
    public static NetworkSpec HarmlessResidual { get; } = Residual with { Initializer = Initializer.Normal };

    public static TrainingJob Create(
        int workers = 1, int epochs = 4, double phaseTwo = 0, int? rounds = null, TrainingMode mode = TrainingMode.Wasap, ulong seed = 7,
        int samples = 84, ImportancePruningOptions? pruning = null, int poisoned = -1, ITopologyRule? rule = null,
        PhaseTwoTopology topology = PhaseTwoTopology.Shared) => new()
        {
            RunId = 0xA5,
            Spec = Spec,
            Training = new() { Epochs = epochs, BatchSize = 8, Dropout = 0.2, Rule = rule ?? new SetRule(0.3), ImportancePruning = pruning },
            Run = new() { Workers = workers, PhaseTwoFraction = phaseTwo, PhaseTwoTopology = topology, Rounds = rounds, Mode = mode },
            Seed = seed,
            TrainingSet = TinyData.Create(samples, 8, 3, seed, poisoned),
            EvaluationSet = TinyData.Create(30, 8, 3, seed + 1),
            ConfigurationHash = 0xC0FFEE,
        };

    /// <summary>The job with samples that have such targets, and an output and a loss for them.</summary>
    public static TrainingJob WithTargets(this TrainingJob job, TargetKind kind)
    {
        var isReal = kind == TargetKind.Real;
        return job with
        {
            Spec = job.Spec with
            {
                LayerSizes = [8, 12, 9, isReal ? 2 : 3],
                OutputActivation = new(isReal ? ActivationKind.Identity : ActivationKind.Sigmoid),
                Loss = isReal ? LossKind.MeanSquaredError : LossKind.BinaryCrossEntropy,
                HiddenActivation = new(ActivationKind.Relu),
            },
            TrainingSet = TinyData.Create(kind, job.TrainingSet.SampleCount, 8, job.Seed),
            EvaluationSet = TinyData.Create(kind, 60, 8, job.Seed + 1),
        };
    }

    /// <summary>A guided rule that evolves often enough for a training of a few batches.</summary>
    public static ITopologyRule Guided(string name, int interval = 3, ConnectionBudget budget = ConnectionBudget.Layer) =>
        TopologyRules.Create(name, zeta: 0.3, new() { Interval = interval, PruneFraction = 0.4, Until = 0.9, Budget = budget });

    public static RunState Begin(TrainingJob job) => RunState.Initial(Network.Create(job.Spec, job.Random), job);

    /// <summary>A network with velocities and biases, and a neuron that does not live.</summary>
    public static Network Filled(ulong seed)
    {
        var network = Network.Create(Spec, new RandomSource(seed));
        var random = new RandomSource(seed).Stream("filled");
        foreach (var (weights, biases) in network.Parameters.Sparse.Zip(network.Parameters.Dense))
        {
            foreach (ref var value in weights.Velocities.Span) value = (float)random.NextGaussian();
            foreach (ref var value in biases.Values.Span) value = (float)random.NextGaussian();
            foreach (ref var value in biases.Velocities.Span) value = (float)random.NextGaussian();
        }
        network.LivingNeurons[0] = new(new System.Collections.BitArray(12, true) { [4] = false });
        return network;
    }
}
