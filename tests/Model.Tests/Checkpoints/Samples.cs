using System.Collections;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Checkpoints;

/// <summary>Checkpoints for tests.</summary>
internal static class Samples
{
    /// <summary>A network in the midst of training: every array has content, and neurons of the first hidden layer have died.</summary>
    public static Network Network(params int[] sizes)
    {
        var network = Model.Networks.Network.Create(
            new() { LayerSizes = sizes, Epsilon = 1.5, HiddenActivation = new(ActivationKind.AllRelu, 0.6f),
                Initializer = Initializer.Xavier },
            new RandomSource(7));
        var random = new RandomSource(8).Stream("momentum");
        network.Parameters.EnsureSecondMoments();
        foreach (var (weights, biases) in network.Parameters.Sparse.Zip(network.Parameters.Dense))
        {
            NativeBuffer<float>[] buffers =
                [weights.Velocities, biases.Values, biases.Velocities, weights.SecondMoments!, biases.SecondMoments!];
            foreach (var buffer in buffers)
                for (long index = 0; index < buffer.Length; index++) buffer[index] = (float)random.NextGaussian();
        }
        var alive = new BitArray(sizes[1], true) { [1] = false };
        network.LivingNeurons[0] = new(alive);
        return network;
    }

    public static Checkpoint Checkpoint(Network network) => new()
    {
        Network = network,
        State = new() { Seed = ulong.MaxValue, Epoch = 3, Batch = 17, UpdateCount = 1421, LastLearningRate = 0.01, BestTestScore = 0.1
            + 0.2, EpochLossSum = 1e300 },
        Phase = "sequential",
        Schema = new()
        {
            FeatureCount = network.Spec.LayerSizes[0],
            ClassCount = 2,
            ClassNames = ["T-shirt/top", "naïve \"name\""],
            ImageShape = new(1, network.Spec.LayerSizes[0]),
            IndexBase = 1,
            Standardization = new([.. Enumerable.Range(0, network.Spec.LayerSizes[0]).Select(feature => feature / 3f)],
                [.. Enumerable.Range(1, network.Spec.LayerSizes[0]).Select(feature => feature / 7f)]),
        },
        Configuration = "{\n  \"seed\": 1\n}\n",
        ConfigurationHash = "abc",
    };
}
