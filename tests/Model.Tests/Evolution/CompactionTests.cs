using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Sparse;
using ActorSparse.Model.Tests.Training;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution;

public class CompactionTests
{
    [Fact]
    public void The_function_stays_the_same_on_random_networks() =>
        (from sizes in Gen.Int[1, 15].Array[1, 4]
         // So few connections that many neurons have none on one side.
         from epsilonTenths in Gen.Int[2, 12]
         from activation in Gen.OneOf("all-relu:0.6", "relu", "leaky-relu", "sigmoid", "tanh", "identity")
         from isPruned in Gen.Bool
         from seed in Property.Seed
         select (sizes, epsilonTenths, activation, isPruned, seed)).ForAll(200, given =>
        {
            var (stream, seed) = (new RandomSource(given.seed).Stream("test"), given.seed);
            var spec = new NetworkSpec
            {
                LayerSizes = [.. given.sizes, 3],
                Epsilon = given.epsilonTenths / 10.0,
                HiddenActivation = Activation.Parse(given.activation),
                Initializer = Initializer.Xavier,
            };
            using var network = Network.Create(spec, new RandomSource(seed));
            foreach (var biases in network.Parameters.Dense)
                for (var neuron = 0; neuron < biases.Values.Length; neuron++) biases.Values[neuron] = (float)stream.NextGaussian();
            if (given.isPruned)
            {
                using var pruning = ImportancePruning.Compute(network, 30, 0.1);
                pruning.Apply(network);
            }
            using var compact = Compaction.Compact(network);
            AssertSameFunction(network, compact, seed);
            AssertNothingIdle(compact);
        });

    [Fact]
    public void What_importance_pruning_took_out_is_gone_and_training_can_go_on()
    {
        using var data = TestData.Clusters(300, seed: 1);
        using var compute = new NetworkCompute();
        using var network = Network.Create(TestData.Spec, new RandomSource(3));
        TestData.Train(network, data, compute, seed: 3);
        using (var pruning = ImportancePruning.Compute(network, 40, 0.1)) pruning.Apply(network);
        using var compact = Compaction.Compact(network);
        Assert.Equal([12, 18, 12, 3], compact.Spec.LayerSizes);
        Assert.Equal(network.ConnectionCount, compact.ConnectionCount);
        Assert.True(compact.Parameters.Sparse[0].Velocities.Span.ContainsAnyExcept(0f));
        AssertSameFunction(network, compact, 1);
        using var workspace = new Workspace(compact.Spec, 16);
        var before = Evaluator.Evaluate(compute, compact, data, workspace);
        TestData.Train(compact, data, compute, seed: 4);
        Assert.True(Evaluator.Evaluate(compute, compact, data, workspace).MeanLoss < before.MeanLoss);
    }

    [Fact]
    public void Constants_are_folded_through_several_layers()
    {
        // Hidden neuron 0 has no input; it alone feeds hidden neuron 0 of the second layer, which feeds the output.
        var spec = new NetworkSpec
        {
            LayerSizes = [1, 2, 2, 1], HiddenActivation = Activation.Parse("all-relu:0.5"), OutputActivation = new(ActivationKind.Identity),
            Loss = LossKind.MeanSquaredError,
        };
        using var first = TestTopologies.FromRows(1, [], [0]);
        using var second = TestTopologies.FromRows(2, [0], [1]);
        using var third = TestTopologies.FromRows(2, [0, 1]);
        using var network = new Network(spec, ParameterSet.Zero(spec.Layout(), [first, second, third]));
        foreach (var layer in network.Parameters.Sparse) layer.Values.Span.Fill(2);
        network.Parameters.Dense[0].Values[0] = -3; // f = -0.5 * -3 = 1.5
        network.Parameters.Dense[1].Values[0] = -7; // f = 0.5 * (-7 + 2 * 1.5) = -2
        network.Parameters.Dense[2].Values[0] = 10; // 10 + 2 * -2 = 6
        using var compact = Compaction.Compact(network);
        Assert.Equal([1, 1, 1, 1], compact.Spec.LayerSizes);
        Assert.Equal(6, compact.Parameters.Dense[2].Values[0]);
        AssertSameFunction(network, compact, 1);
    }

    [Fact]
    public void A_network_whose_output_is_constant_keeps_a_neuron_a_layer()
    {
        using var network = Network.Create(new NetworkSpec { LayerSizes = [4, 5, 6, 2], Epsilon = 1e-9 }, new RandomSource(1));
        network.Parameters.Dense[2].Values[1] = 3;
        using var compact = Compaction.Compact(network);
        Assert.Equal([4, 1, 1, 2], compact.Spec.LayerSizes);
        AssertSameFunction(network, compact, 1);
    }

    private static void AssertNothingIdle(Network compact)
    {
        for (var hidden = 0; hidden < compact.Parameters.Sparse.Count - 1; hidden++)
        {
            if (compact.Spec.LayerSizes[hidden + 1] == 1) continue;
            var (incoming, outgoing) = (compact.Parameters.Sparse[hidden].Topology, compact.Parameters.Sparse[hidden + 1].Topology);
            var fed = TestTopologies.Positions(outgoing).Select(position => (int)(position % outgoing.InputCount)).ToHashSet();
            for (var neuron = 0; neuron < incoming.OutputCount; neuron++)
                Assert.True(incoming.Row(neuron).Length > 0 && fed.Contains(neuron),
                    $"neuron {neuron} of hidden layer {hidden + 1} is idle");
        }
    }

    private static void AssertSameFunction(Network expected, Network actual, ulong seed)
    {
        const int Batch = 9;
        using var compute = new NetworkCompute();
        using var left = new Workspace(expected.Spec, Batch);
        using var right = new Workspace(actual.Spec, Batch);
        var random = new RandomSource(seed).Stream("inputs");
        for (var feature = 0; feature < left.Input.Neurons; feature++)
            for (var sample = 0; sample < Batch; sample++)
                left.Input.Row(feature)[sample] = right.Input.Row(feature)[sample] = (float)random.NextGaussian();
        compute.Forward(expected, left);
        compute.Forward(actual, right);
        for (var neuron = 0; neuron < left.Output.Neurons; neuron++)
            for (var sample = 0; sample < Batch; sample++)
            {
                var (original, rewritten) = (left.Output.Row(neuron)[sample], right.Output.Row(neuron)[sample]);
                Assert.Equal(original, rewritten, 1e-5f * (1 + Math.Abs(original)));
            }
    }
}
