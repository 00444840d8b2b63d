using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Comparisons;

/// <summary>Turns the epochs of one run into rows; with validation samples the last one says what the best network does on test samples.</summary>
/// <param name="sparsity">As asked for.</param>
/// <param name="rule">Name of the rule.</param>
/// <param name="seed">Seed of the run.</param>
/// <param name="options">How the run is trained.</param>
/// <param name="memory">Measures the run's memory.</param>
/// <param name="test">Evaluates a network on the test samples.</param>
/// <param name="add">Takes the rows.</param>
internal sealed class ComparisonRecorder(
    double? sparsity, string rule, long seed, TrainingOptions options, MemoryMeter memory, Func<Network, Evaluation> test, Action<ComparisonRow> add)
    : TrainingObserver, IDisposable
{
    private Network? _best;

    /// <inheritdoc/>
    public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!isBest) return;
        _best?.Dispose();
        _best = network.Clone();
    }

    /// <inheritdoc/>
    public void Dispose() => _best?.Dispose();

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
        ChosenTestScore = metrics is { EvaluatedOn: EvaluationRole.Validation } && metrics.Epoch == options.Epochs && _best is not null
            ? test(_best).Score : null,
        EvaluatedOn = metrics.EvaluatedOn,
        ScoreKind = metrics.ScoreKind,
        BestScore = metrics.BestTestScore,
        Epochs = options.Epochs,
        NeedsDenseMemory = options.Rule is IDenseRule,
        PeakBytes = memory.PeakBytes,
        TrainSeconds = metrics.TrainSeconds,
        EvolveSeconds = metrics.EvolveSeconds,
        Grown = metrics.Grown,
        Operations = metrics.FloatingPointOperations ?? 0,
        EvolutionOperations = metrics.EvolutionCost.FloatingPointOperations,
        EvolutionGradients = metrics.EvolutionCost.GradientCount,
        EvolutionDraws = metrics.EvolutionCost.DrawCount,
    });
}
