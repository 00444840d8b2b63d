using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>Parameters against accuracy: prunes copies of a trained network at several percentiles, each in one shot.</summary>
internal static class ImportanceSweep
{
    /// <summary>
    /// The network as it is, then pruned at each of <paramref name="percentiles"/>, in their order; <paramref name="network"/> is only
    /// read.
    /// </summary>
    public static IReadOnlyList<ImportanceSweepPoint> Run(
        Network network, IEnumerable<double> percentiles, double minimumLiving, Func<Network, Evaluation> evaluate)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(percentiles);
        ArgumentNullException.ThrowIfNull(evaluate);
        var points = new List<ImportanceSweepPoint> { Point(null, network, evaluate) };
        foreach (var percentile in percentiles)
        {
            using var copy = network.Clone();
            using var pruning = ImportancePruning.Compute(network, percentile, minimumLiving);
            pruning.Apply(copy);
            points.Add(Point(percentile, copy, evaluate));
        }
        return points;
    }

    private static ImportanceSweepPoint Point(double? percentile, Network network, Func<Network, Evaluation> evaluate)
    {
        var living = network.LivingNeuronCounts();
        return new(percentile, network.ConnectionCount + living.Sum(count => (long)count) + network.Spec.OutputCount,
            living, evaluate(network));
    }
}
