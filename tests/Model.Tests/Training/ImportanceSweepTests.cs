using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

public class ImportanceSweepTests
{
    [Fact]
    public void A_sweep_reports_parameters_and_accuracy_and_leaves_the_network_alone()
    {
        using var data = TestData.Clusters(300, seed: 1);
        using var compute = new NetworkCompute();
        using var network = Network.Create(TestData.Spec, new RandomSource(3));
        TestData.Train(network, data, compute, seed: 3);
        using var before = network.Clone();
        using var workspace = new Workspace(TestData.Spec, 32);

        var points = ImportanceSweep.Run(network, [0, 20, 50, 100], 0.01, pruned => Evaluator.Evaluate(compute, pruned, data, workspace));

        Assert.Equal([null, 0, 20, 50, 100], points.Select(point => point.Percentile));
        Assert.Equal([30, 29, 24, 15, 1], points.Select(point => point.LivingNeurons[0]));
        Assert.Equal(network.ConnectionCount + 30 + 20 + 3, points[0].ParameterCount);
        Assert.Equal(points.Select(point => point.ParameterCount).OrderDescending(), points.Select(point => point.ParameterCount));
        Assert.True(points[0].Evaluation.Score > points[4].Evaluation.Score);
        TestData.AssertSameParameters(before, network);
    }
}
