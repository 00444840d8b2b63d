using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Baselines;

/// <summary>
/// SNIP (Lee, Ajanthan, Torr, "SNIP: Single-shot Network Pruning based on Connection Sensitivity", ICLR 2019): connections whose
/// |gradient x weight| is largest stay, those of all blocks together.
/// </summary>
internal static class SnipPruning
{
    /// <inheritdoc cref="PruneAtStart"/>
    public static void Prune(Network full, DenseRunContext context, long count)
    {
        ArgumentNullException.ThrowIfNull(full);
        using var gradient = new ScoreGradient(context);
        var scores = gradient.Of(full);
        var blocks = full.Parameters.Sparse;
        for (var block = 0; block < scores.Length; block++)
            for (long position = 0; position < scores[block].Length; position++) scores[block][position] *= blocks[block].Values[position];
        StartPruningRule.Apply(full.Parameters, GlobalPruning.Keep([.. blocks.Select(block => block.Topology)], scores, count));
        foreach (var score in scores) score.Dispose();
    }
}
