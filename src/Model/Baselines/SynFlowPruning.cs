using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// SynFlow (Tanaka, Kunin, Yamins, Ganguli, "Pruning neural networks without any data by iteratively conserving synaptic flow", NeurIPS
/// 2020): 100 rounds, each of which leaves the connections along which most of R flows (<see cref="LinearisedNetwork"/>). No data.
/// </summary>
internal static class SynFlowPruning
{
    private const int Rounds = 100;

    /// <inheritdoc cref="PruneAtStart"/>
    public static void Prune(Network full, DenseRunContext context, long count)
    {
        ArgumentNullException.ThrowIfNull(full);
        ArgumentNullException.ThrowIfNull(context);
        using var linear = new LinearisedNetwork(full, context.Compute);
        foreach (var left in Counts(full.ConnectionCount, count))
        {
            var changes = GlobalPruning.Keep(linear.Topologies, linear.Shares(), left);
            linear.Apply(changes);
            StartPruningRule.Apply(full.Parameters, changes);
        }
    }

    /// <summary>Connections after every round: a geometric sequence from <paramref name="all"/> down to <paramref name="count"/>.</summary>
    internal static IEnumerable<long> Counts(long all, long count)
    {
        for (var round = 1; round < Rounds; round++) yield return (long)(all * Math.Pow((double)count / all, (double)round / Rounds));
        yield return count;
    }
}
