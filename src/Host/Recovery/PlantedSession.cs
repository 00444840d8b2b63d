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
    private const int UnseenSamples = 2000;
    private const ulong UnseenSeed = 1UL << 40;

    private readonly RecoveryPlan _plan;
    private readonly PlantedSamples _source;
    private int _trivial;

    public PlantedSession(RecoveryPlan plan, Settings settings)
    {
        (_plan, _source) = (plan, new(plan, settings));
        if (!plan.Neurons.Any(neurons => plan.Nonzeros.Any(nonzeros => Fits(neurons, nonzeros))))
            throw new InvalidInputException(
                $"--neurons {string.Join(',', plan.Neurons)} and --nonzeros {string.Join(',', plan.Nonzeros)}: no such network has room for as many weights");
        Runner = new(plan, settings, _source);
    }

    /// <inheritdoc/>
    public RecoveryRunner Runner { get; }

    /// <inheritdoc/>
    public IReadOnlyList<RecoveryMeasure> Measures =>
        HasKnownWeights ? [RecoveryMeasure.Psnr(-20, 50), RecoveryMeasure.Exact] : [RecoveryMeasure.Psnr(-20, 50)];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("samples", string.Create(CultureInfo.InvariantCulture, $"{_source.SampleCount:N0} with {_source.FeatureCount} inputs from N(0, 1)")),
        ("planted", string.Create(CultureInfo.InvariantCulture,
            $"{_plan.Layers} hidden {(_plan.Layers == 1 ? "layer" : "layers")}, {Outputs} {(Outputs == 1 ? "output" : "outputs")}, weights from N(0, 1)")),
        ("seeds", string.Join(", ", _plan.Seeds)),
        ("exact", string.Create(CultureInfo.InvariantCulture,
            $"a relative error of all weights of at most {RecoveryScore.ExactTolerance}, neurons in any order, those within 2.6 degrees of each other added up")),
        .. LeftOut is null ? [] : new (string, string)[] { ("left out", LeftOut) },
    ];

    /// <inheritdoc/>
    public string? LeftOut => _trivial == 0 ? null
        : $"{_trivial} planted {(_trivial == 1 ? "network that is 0 everywhere, or does not fit" : "networks that are 0 everywhere, or do not fit")}";

    /// <inheritdoc/>
    public string Pictures => "";

    private bool HasKnownWeights => _plan.Layers == 1 && Outputs == 1 && !_plan.HasFixedGates;

    private int Outputs => _source.OutputCount;

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
                    var planted = _source.Plant(neurons, nonzeros, seed);
                    var source = new SampleSource(neurons, nonzeros, seed, [], 0);
                    using var data = _source.Make(source);
                    if (data.LargestTarget() == 0)
                    {
                        _trivial++;
                        continue;
                    }
                    using var unseen = planted.Sample(UnseenSamples, UnseenSeed + (ulong)seed);
                    foreach (var budget in _plan.Budgets)
                        add(Threshold(planted, source, data, unseen, budget, stop));
                    foreach (var isFairer in _plan.Pruning)
                        foreach (var row in Prune(planted, data, unseen, neurons, nonzeros, seed, isFairer, stop)) add(row);
                }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runner.Dispose();
        _source.Dispose();
    }

    private bool Fits(int neurons, int nonzeros)
    {
        var each = nonzeros / (_plan.Layers + (Outputs > 1 ? 1 : 0));
        return each <= (long)_source.FeatureCount * neurons && (_plan.Layers == 1 || each <= (long)neurons * neurons)
            && (Outputs == 1 || each <= (long)neurons * Outputs);
    }

    private RecoveryRow Threshold(
        PlantedNetwork planted, SampleSource source, RecoveryData data, RecoveryData unseen, double factor, CancellationToken stop)
    {
        var (neurons, nonzeros, seed) = (source.Neurons, source.Nonzeros, source.Seed);
        var budget = (int)Math.Min(Math.Ceiling(factor * nonzeros), int.MaxValue);
        var recovery = _plan.Recovery(neurons, budget, seed, hasBias: false, isCrossEntropy: false);
        var row = new RecoveryRow
        {
            Method = string.Create(CultureInfo.InvariantCulture, $"IHT {factor:0.##}s"), Neurons = neurons, Nonzeros = nonzeros, Seed = seed, Budget = budget,
        };
        var clock = Stopwatch.StartNew();
        if (_plan.HasFixedGates) return ThresholdFixed(recovery.Scalar, source, data, row, clock, stop);
        try
        {
            var found = recovery.Run(data, (inputs, layers, steps) => Runner.Run(inputs, source with { Layers = layers }, steps, stop));
            return Measured(row with { Seconds = clock.Elapsed.TotalSeconds }, planted, data, unseen, found);
        }
        catch (TrainingDivergedException)
        {
            // As good as nothing: the error of a network that says 0.
            return row with { Psnr = Psnr(data.TargetSquares(), data), Seconds = clock.Elapsed.TotalSeconds, IsExact = HasKnownWeights ? false : null };
        }
    }

    private RecoveryRow ThresholdFixed(
        IhtOptions options, SampleSource source, RecoveryData data, RecoveryRow row, Stopwatch clock, CancellationToken stop)
    {
        var steps = new ScalarIht(options, data.Chunks, data.FeatureCount);
        Runner.Run(data, source, steps, stop);
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
            Weights = found.HiddenWeightCount + (Outputs > 1 ? found.Output.Count : 0),
            LivingNeurons = found.Hidden[^1].Neurons.Length,
            Psnr = Psnr(found.SquaredError(data), data),
            TestPsnr = Psnr(found.SquaredError(unseen), unseen),
            WeightError = error,
            IsExact = error is null ? null : error <= RecoveryScore.ExactTolerance,
        };
    }

    private double Psnr(double squares, RecoveryData data) =>
        RecoveryScore.Psnr(squares / ((double)data.SampleCount * Outputs), data.LargestTarget());
}
