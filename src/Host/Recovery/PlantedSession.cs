using System.Diagnostics;
using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Recovery.Baseline;

namespace ActorSparse.Host.Recovery;

/// <summary>recover planted: networks that are known, and whether their weights are found again, over a grid of sizes.</summary>
internal sealed class PlantedSession : IRecoverySession
{
    private const int DefaultFeatures = 100, DefaultSamples = 5000, UnseenSamples = 2000;
    private const ulong UnseenSeed = 1UL << 40;

    private readonly RecoveryPlan _plan;
    private readonly RecoveryRunner _runner;
    private readonly int _features, _samples, _outputs;
    private int _trivial;

    public PlantedSession(RecoveryPlan plan, Settings settings)
    {
        (_plan, _runner) = (plan, new(plan.Threads, plan.Workers));
        _features = settings.FindWhole("features") ?? DefaultFeatures;
        _samples = settings.FindWhole("samples") ?? DefaultSamples;
        _outputs = settings.FindWhole("outputs") ?? 1;
        var matrices = plan.Layers + (_outputs > 1 ? 1 : 0);
        if (plan.Nonzeros.FirstOrDefault(nonzeros => nonzeros < matrices) is > 0 and var few)
            throw new InvalidInputException($"--nonzeros {few}: expected at least {matrices}, one for each matrix");
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecoveryMeasure> Measures =>
        HasKnownWeights ? [RecoveryMeasure.Psnr(-20, 50), RecoveryMeasure.Exact] : [RecoveryMeasure.Psnr(-20, 50)];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("samples", string.Create(CultureInfo.InvariantCulture, $"{_samples:N0} with {_features} inputs from N(0, 1)")),
        ("planted", string.Create(CultureInfo.InvariantCulture,
            $"{_plan.Layers} hidden {(_plan.Layers == 1 ? "layer" : "layers")}, {_outputs} {(_outputs == 1 ? "output" : "outputs")}, weights from N(0, 1)")),
        ("seeds", string.Join(", ", _plan.Seeds)),
        ("exact", string.Create(CultureInfo.InvariantCulture,
            $"a relative error of all weights of at most {RecoveryScore.ExactTolerance}, neurons in any order, those within 2.6 degrees of each other added up")),
        .. _trivial == 0 ? [] : new (string, string)[] { ("left out", $"{_trivial} planted networks that are 0 everywhere, or do not fit") },
    ];

    /// <inheritdoc/>
    public string Pictures => "";

    private bool HasKnownWeights => _plan.Layers == 1 && _outputs == 1 && !_plan.HasFixedGates;

    /// <inheritdoc/>
    public void Run(RunFolder folder, Action<RecoveryRow> add, CancellationToken stop)
    {
        foreach (var neurons in _plan.Neurons)
            foreach (var nonzeros in _plan.Nonzeros)
                foreach (var seed in _plan.Seeds)
                {
                    if (!Fits(neurons, nonzeros))
                    {
                        _trivial++;
                        continue;
                    }
                    var planted = PlantedNetwork.Draw(_features, neurons, nonzeros, (ulong)seed, _plan.Layers, _outputs, _plan.HasSigns);
                    using var data = planted.Sample(_samples, (ulong)seed);
                    if (data.LargestTarget() == 0)
                    {
                        _trivial++;
                        continue;
                    }
                    using var unseen = planted.Sample(UnseenSamples, UnseenSeed + (ulong)seed);
                    foreach (var budget in _plan.Budgets)
                        add(Threshold(planted, data, unseen, neurons, nonzeros, budget, seed, stop));
                    foreach (var isFairer in _plan.Pruning)
                        foreach (var row in Prune(planted, data, unseen, neurons, nonzeros, seed, isFairer, stop)) add(row);
                }
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    private bool Fits(int neurons, int nonzeros)
    {
        var each = nonzeros / (_plan.Layers + (_outputs > 1 ? 1 : 0));
        return each <= (long)_features * neurons && (_plan.Layers == 1 || each <= (long)neurons * neurons)
            && (_outputs == 1 || each <= (long)neurons * _outputs);
    }

    private RecoveryRow Threshold(PlantedNetwork planted, RecoveryData data, RecoveryData unseen, int neurons, int nonzeros, double factor,
        long seed, CancellationToken stop)
    {
        var budget = (int)Math.Min(Math.Ceiling(factor * nonzeros), int.MaxValue);
        var recovery = _plan.Recovery(neurons, budget, seed, hasBias: false, isCrossEntropy: false);
        var row = new RecoveryRow
        {
            Method = string.Create(CultureInfo.InvariantCulture, $"IHT {factor:0.##}s"), Neurons = neurons, Nonzeros = nonzeros, Seed = seed, Budget = budget,
        };
        var clock = Stopwatch.StartNew();
        if (_plan.HasFixedGates) return ThresholdFixed(recovery.Scalar, data, row, clock, stop);
        try
        {
            var found = recovery.Run(data, (inputs, steps) => _runner.Run(inputs, steps, stop));
            return Measured(row with { Seconds = clock.Elapsed.TotalSeconds }, planted, data, unseen, found);
        }
        catch (TrainingDivergedException)
        {
            // As good as nothing: the error of a network that says 0.
            return row with { Psnr = Psnr(data.TargetSquares(), data), Seconds = clock.Elapsed.TotalSeconds, IsExact = HasKnownWeights ? false : null };
        }
    }

    private RecoveryRow ThresholdFixed(IhtOptions options, RecoveryData data, RecoveryRow row, Stopwatch clock, CancellationToken stop)
    {
        var steps = new ScalarIht(options, data.Chunks, data.FeatureCount);
        _runner.Run(data, steps, stop);
        return row with
        {
            Weights = steps.Weights.Count, LivingNeurons = steps.Weights.Neurons.Length, Psnr = Psnr(steps.Losses[^1], data),
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private IEnumerable<RecoveryRow> Prune(PlantedNetwork planted, RecoveryData data, RecoveryData unseen, int neurons, int nonzeros,
        long seed, bool isFairer, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var budgets = _plan.Budgets.ToDictionary(factor => factor, factor => (int)Math.Ceiling(factor * nonzeros));
        IReadOnlyList<ImpResult> results;
        using (var pruning = new IterativeMagnitudePruning(_plan.PruningOptions(neurons, seed, isFairer), data))
            results = pruning.Run([.. budgets.Values], stop);
        foreach (var (factor, budget) in budgets)
        {
            var row = new RecoveryRow
            {
                Method = string.Create(CultureInfo.InvariantCulture, $"{(isFairer ? "fairer " : "")}IMP {factor:0.##}s"),
                Neurons = neurons, Nonzeros = nonzeros, Seed = seed, Budget = budget, Seconds = clock.Elapsed.TotalSeconds,
            };
            yield return Measured(row, planted, data, unseen, results.First(result => result.Budget == budget).Network);
        }
    }

    private RecoveryRow Measured(RecoveryRow row, PlantedNetwork planted, RecoveryData data, RecoveryData unseen, RecoveredNetwork found)
    {
        double? error = null;
        if (HasKnownWeights)
        {
            var (fused, signs) = found.Fuse();
            error = RecoveryScore.WeightError(planted.Hidden[0], fused, planted.SignOf, neuron => signs[neuron]);
        }
        return row with
        {
            Weights = found.HiddenWeightCount + (_outputs > 1 ? found.Output.Count : 0),
            LivingNeurons = found.Hidden[^1].Neurons.Length,
            Psnr = Psnr(found.SquaredError(data), data),
            TestPsnr = Psnr(found.SquaredError(unseen), unseen),
            WeightError = error,
            IsExact = error is null ? null : error <= RecoveryScore.ExactTolerance,
        };
    }

    private double Psnr(double squares, RecoveryData data) =>
        RecoveryScore.Psnr(squares / ((double)data.SampleCount * _outputs), data.LargestTarget());
}
