using ActorSparse.Model.Training;

namespace ActorSparse.Host.Comparisons;

/// <summary>Turns the epochs of one run into rows.</summary>
internal sealed class ComparisonRecorder(double? sparsity, string rule, long seed, Action<ComparisonRow> add) : TrainingObserver
{
    /// <inheritdoc/>
    public override void OnEpoch(EpochMetrics metrics, TrainingState state) => add(new()
    {
        Sparsity = sparsity,
        Rule = rule,
        Seed = seed,
        Epoch = metrics.Epoch,
        Connections = metrics.Connections.Sum(count => (long)count),
        Loss = metrics.Loss,
        TestLoss = metrics.TestLoss,
        TestScore = metrics.TestScore,
        ScoreKind = metrics.ScoreKind,
        TrainSeconds = metrics.TrainSeconds,
        EvolveSeconds = metrics.EvolveSeconds,
        Grown = metrics.Grown,
        Operations = metrics.FloatingPointOperations ?? 0,
        EvolutionOperations = metrics.EvolutionCost.FloatingPointOperations,
        EvolutionGradients = metrics.EvolutionCost.GradientCount,
        EvolutionDraws = metrics.EvolutionCost.DrawCount,
    });
}
