using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>
/// Trains one network in one place: the oracle for every other way of training, made of the same parts. After each epoch the network is
/// evaluated; then, unless it was the last, the topology evolves and importance pruning strikes when due (wasap specification, sections 3
/// to 5). Guided rules evolve it between a batch's backward pass and its update instead (gse specification, section 2).
/// </summary>
internal sealed class SequentialTrainer : IDisposable
{
    /// <summary>The phase that metrics name.</summary>
    public const string Phase = "sequential";

    private readonly Dataset? _evaluated;
    private readonly TrainingOptions _options;
    private readonly NetworkCompute _compute;
    private readonly TrainingObserver? _observer;
    private readonly TimeProvider _clock;
    private readonly RandomSource _random;
    private readonly BatchGradient _batchGradient;
    private readonly GradientSet? _gradients; // null where steps are made as gradients arise
    private readonly int _batchCount;
    private readonly GuessLoss _guess;
    private readonly DenseRun? _dense;
    private ModelUpdater _updater;

    /// <summary>
    /// Trains <paramref name="network"/> from <paramref name="state"/> on; it owns neither the network nor the data nor
    /// <paramref name="compute"/>. Where training goes on, <paramref name="kept"/> is what <see cref="Kept"/> was; it is copied.
    /// </summary>
    /// <exception cref="InvalidInputException">Options, data and network do not go together.</exception>
    public SequentialTrainer(
        Network network, Dataset train, Dataset? evaluated, TrainingOptions options, NetworkCompute compute, TrainingState state,
        TrainingObserver? observer = null, TimeProvider? clock = null, IReadOnlyList<Network?>? kept = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(state);
        options.Validate();
        network.Spec.Validate();
        options.CheckFits(network.Spec, train.SampleCount);
        network.Spec.CheckFits(train);
        if (evaluated is not null) network.Spec.CheckFits(evaluated);
        Network = network;
        State = state;
        _evaluated = evaluated;
        _options = options;
        _compute = compute;
        _observer = observer;
        _clock = clock ?? TimeProvider.System;
        _random = new RandomSource(state.Seed);
        var shard = new DataShard(train.SampleCount, options.BatchSize, _random);
        _batchCount = shard.BatchCount;
        _batchGradient = new BatchGradient(network.Spec, train, shard, options, compute, _random);
        _gradients = options.DescendsAtOnce(network.Spec, compute) ? null : new GradientSet(network.Parameters);
        _updater = Updater();
        _guess = GuessLoss.Of(network.Spec, train, options.ClassWeights.For(train, network.Spec.ClassCount));
        _dense = (options.Rule as IDenseRule)?.Begin(new()
        {
            Network = network, Data = train, Options = options, Compute = compute, State = state, BatchCount = _batchCount, Kept = kept ?? [],
        });
    }

    /// <summary>The network in training.</summary>
    public Network Network { get; }

    /// <summary>Where training stands: between two batches whenever <see cref="Run"/> is not at work.</summary>
    public TrainingState State { get; private set; }

    /// <summary>Networks of the rule's own beside the one in training, which a checkpoint holds (<see cref="DenseRun.Kept"/>).</summary>
    public IReadOnlyList<Network> Kept => _dense?.Kept ?? [];

    /// <summary>Whether all epochs are done, or as many as are to be.</summary>
    public bool IsFinished => State.Epoch >= _options.Epochs || _options.EndsEarly(State.Validation);

    /// <summary>Trains to the end; cancellation is heeded between batches and leaves a state to go on from.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">
    /// A loss or gradient is not finite, and the network as before that batch, or where gradients are not kept, after some of its steps; or
    /// the loss is that of a network that is lost.
    /// </exception>
    public void Run(CancellationToken cancellation = default)
    {
        while (!IsFinished)
        {
            while (State.Batch < _batchCount)
            {
                cancellation.ThrowIfCancellationRequested();
                TrainBatch();
                _observer?.OnBatch(State, _batchCount);
                ThrowIf(Divergence.OfLossSoFar(
                    State.EpochLossSum, State.EpochSampleCount, State.Batch, _batchCount, State.BestEpochLoss, State.Epoch, _guess));
            }
            FinishEpoch();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batchGradient.Dispose();
        _gradients?.Dispose();
        _dense?.Dispose();
    }

    // From where the state says on, in its round.
    private ModelUpdater Updater()
    {
        var updates = State.UpdateCount - (long)Round * _options.RoundEpochs * _batchCount;
        var sgd = _options.Optimizer.Scaled(State.RateScale);
        return new(Network.Parameters, _compute, sgd, _batchCount, _options.RoundEpochs, updates, State.LastLearningRate);
    }

    private int Round => State.Epoch / _options.RoundEpochs;

    private void BeginRound(DenseRun dense)
    {
        var started = _clock.GetTimestamp();
        dense.BeginRound(Round);
        if (Round > 0) State = State.AtNewRound();
        _updater = Updater();
        State = State.AfterEvolution(default, default, _clock.GetElapsedTime(started));
    }

    private void TrainBatch()
    {
        if (_dense is not null && State.Batch == 0 && State.Epoch % _options.RoundEpochs == 0) BeginRound(_dense);
        var started = _clock.GetTimestamp();
        var operations = BatchGradient.CountOperations(Network, 1);
        var (result, evolveTime) = _gradients is null ? (DescendAtOnce(), TimeSpan.Zero) : Descend(_gradients);
        if (_dense is not null) evolveTime += Follow(_dense);
        State = State.AfterBatch(result, operations * result.SampleCount, _updater, _clock.GetElapsedTime(started) - evolveTime);
    }

    private BatchResult DescendAtOnce()
    {
        var result = _batchGradient.Descend(Network, State.Epoch, State.Batch, _updater.NextSgdStep(), out var spoilt);
        Divergence.Check(Network.Parameters, spoilt, result.MeanLoss, State.Epoch, State.Batch);
        _updater.CountStep();
        return result;
    }

    private (BatchResult Result, TimeSpan EvolveTime) Descend(GradientSet gradients)
    {
        var result = _batchGradient.Compute(Network, State.Epoch, State.Batch, gradients);
        Divergence.Check(Network.Parameters, gradients, result.MeanLoss, State.Epoch, State.Batch);
        var updatesTotal = (long)_batchCount * _options.Epochs;
        var evolveTime = _options.Rule.IsDue(_updater.UpdateCount, updatesTotal) ? Evolve(gradients, updatesTotal) : TimeSpan.Zero;
        _updater.Apply(gradients);
        return (result, evolveTime);
    }

    private TimeSpan Evolve(GradientSet gradients, long updatesTotal)
    {
        var started = _clock.GetTimestamp();
        using var evolution = BatchEvolution.Run(
            _options.Rule, Network, gradients, _compute, _batchGradient.Workspace, _random, State.UpdateCount, updatesTotal);
        var elapsed = _clock.GetElapsedTime(started);
        State = State.AfterEvolution(evolution, elapsed);
        return elapsed;
    }

    private TimeSpan Follow(DenseRun dense)
    {
        var started = _clock.GetTimestamp();
        var (summary, cost) = dense.AfterUpdate(State.UpdateCount, new(_compute, _batchGradient.Workspace, _random, State.UpdateCount));
        var elapsed = _clock.GetElapsedTime(started);
        State = State.AfterEvolution(summary, cost, elapsed);
        return elapsed;
    }

    private void FinishEpoch()
    {
        var epoch = State.Epoch;
        var trainScore = _guess.ScoreKind.Of(State.EpochScoreSum, State.EpochScoreWeight);
        ThrowIf(Divergence.OfEpochLoss(State.EpochLossSum / State.EpochSampleCount, trainScore, State.BestEpochLoss, epoch, _guess));
        var (best, validation) = (State.BestTestScore, State.Validation);
        Evaluation? evaluation = null;
        var evaluateTime = TimeSpan.Zero;
        if (_evaluated is not null && _options.IsEvaluationDue(epoch))
        {
            var evaluateStarted = _clock.GetTimestamp();
            evaluation = Evaluator.Evaluate(_compute, Network, _evaluated, _batchGradient.Workspace);
            evaluateTime = _clock.GetElapsedTime(evaluateStarted);
            ThrowIf(Divergence.OfEvaluationLoss(evaluation.MeanLoss, epoch, _options.EvaluatedOn));
            // A network that is to lose more connections is none that the run is for.
            var counts = _dense?.IsSparse(State.UpdateCount) ?? true;
            var isBest = counts && evaluation.ScoreKind.IsBetter(evaluation.Score, best);
            if (isBest) best = evaluation.Score;
            if (counts && _options.EvaluatedOn == EvaluationRole.Validation) validation = ValidationProgress.After(validation, epoch + 1, isBest);
            _observer?.OnEvaluated(Network, epoch + 1, evaluation, isBest);
        }

        var evolveStarted = _clock.GetTimestamp();
        using var evolution = epoch + 1 < _options.Epochs ? EpochEvolution.Run(Network, _options, _random, epoch) : null;
        var evolveTime = _clock.GetElapsedTime(evolveStarted);
        var summary = State.EpochEvolution + (evolution?.Summary ?? default);
        var metrics = Metrics(evaluation, best, evaluateTime, summary, evolveTime + TimeSpan.FromSeconds(State.EpochEvolveSeconds));
        State = State.AfterEpoch(best, validation);
        // What a denser network had learnt is no measure for one that has lost connections since.
        if (_dense?.IsSparse(State.UpdateCount - _batchCount) == false) State = State with { BestEpochLoss = null };
        _observer?.OnEpoch(metrics, State);
    }

    private static void ThrowIf(string? diverged)
    {
        if (diverged is not null) throw new TrainingDivergedException(diverged);
    }

    private EpochMetrics Metrics(
        Evaluation? evaluation, double? best, TimeSpan evaluateTime, EvolutionSummary summary, TimeSpan evolveTime) => new()
    {
        Epoch = State.Epoch + 1,
        Phase = Phase,
        Updates = State.UpdateCount,
        SampleCount = State.EpochSampleCount,
        LearningRate = State.LastLearningRate,
        Loss = State.EpochLossSum / State.EpochSampleCount,
        EvaluatedOn = _options.EvaluatedOn,
        ScoreKind = _guess.ScoreKind,
        TrainScore = _guess.ScoreKind.Of(State.EpochScoreSum, State.EpochScoreWeight),
        TestLoss = evaluation?.MeanLoss,
        TestScore = evaluation?.Score,
        TestFurther = evaluation?.Further,
        BestTestScore = best,
        SamplesPerSecond = State.EpochTrainSeconds > 0 ? State.EpochSampleCount / State.EpochTrainSeconds : 0,
        TrainSeconds = State.EpochTrainSeconds,
        EvaluateSeconds = evaluateTime.TotalSeconds,
        EvolveSeconds = evolveTime.TotalSeconds,
        Connections = Network.ConnectionCounts(),
        Density = Network.Spec.Density(Network.ConnectionCounts()),
        LivingNeurons = Network.LivingNeuronCounts(),
        Pruned = summary.PrunedCount,
        Grown = summary.GrownCount,
        FloatingPointOperations = State.EpochOperations + State.EpochEvolutionCost.FloatingPointOperations,
        EvolutionCost = State.EpochEvolutionCost,
    };
}
