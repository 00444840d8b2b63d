using System.Diagnostics;
using System.Globalization;
using ActorSparse.Host.Commands;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Recovery;

/// <summary>recover fit: a sparse network for a data set, found by hard thresholding instead of training.</summary>
internal sealed class FitSession : IRecoverySession
{
    private const int DefaultBatch = 1024;

    private readonly RecoveryPlan _plan;
    private readonly RecoveryRunner _runner;
    private readonly Settings _settings;
    private readonly DataPair _data;
    private readonly RecoveryData _samples;
    private readonly bool _hasBias;
    private double? _best;

    public FitSession(RecoveryPlan plan, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Find("train") is null && settings.Text("dataset") == "files")
            throw new InvalidInputException("recover fit: expected --train FILE or --dataset NAME");
        _runner = new(plan.Threads, plan.Workers);
        _hasBias = !settings.Flag("no-bias");
        _data = DataSource.Load(TrainingSetup.Data(settings));
        try
        {
            (_settings, Spec) = Choose(settings, _data.Train.Targets);
            Spec = Spec with { LayerSizes = [_data.Train.FeatureCount, 1, RecoveryData.OutputsOf(_data.Train.Targets)] };
            Spec.CheckFits(_data.Train);
            var isVector = RecoveryData.OutputsOf(_data.Train.Targets) > 1;
            if (!isVector && settings.IsOnCommandLine("batch-size"))
                throw new InvalidInputException("--batch-size: of several outputs; one output takes all samples in each step");
            if (!isVector && settings.IsOnCommandLine("step-size"))
                throw new InvalidInputException("--step-size: of several outputs; one output measures its steps");
            if (isVector && settings.IsOnCommandLine("inner-steps"))
                throw new InvalidInputException("--inner-steps: of one output; several have none");
            var batch = settings.FindWhole("batch-size") ?? DefaultBatch;
            var isBatched = isVector && batch < _data.Train.SampleCount;
            // A batch is made of whole tiles.
            _plan = isBatched ? plan with { ChunksPerBatch = Math.Max(1, batch / TileKernels.Lanes) } : plan;
            _samples = RecoveryData.Of(_data.Train, _hasBias, isBatched ? Order((ulong)settings.WholeLong("seed")) : null, isBatched ? 1 : 0);
        }
        catch
        {
            _data.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecoveryMeasure> Measures => [new(
        $"{Reports.Report.Capital(Kind.Name)} on the {(_data.Validation is null ? "test" : "validation")} samples", 0, null, summary => summary.Score,
        value => Kind.Format(value))];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("training samples", string.Create(CultureInfo.InvariantCulture, $"{_data.Train.Name}: {_data.Train.SampleCount:N0} with {_data.Train.FeatureCount:N0} features")),
        ("targets", _data.Train.Targets.Describe()),
        ("loss", SpecNames.Format(Spec.Loss)),
    ];

    /// <inheritdoc/>
    public string Pictures => "";

    private NetworkSpec Spec { get; }

    private ScoreKind Kind => ScoreKind.Of(_data.Train);

    /// <inheritdoc/>
    public void Run(RunFolder folder, Action<RecoveryRow> add, CancellationToken stop)
    {
        using var compute = new NetworkCompute(threads: _plan.Threads);
        foreach (var neurons in _plan.Neurons)
            foreach (var nonzeros in _plan.Nonzeros)
            {
                var clock = Stopwatch.StartNew();
                var recovery = _plan.Recovery(neurons, nonzeros, _plan.Seeds[0], _hasBias, Spec.Loss == LossKind.CrossEntropy);
                var found = recovery.Run(_samples, (inputs, steps) => _runner.Run(inputs, steps, stop));
                var seconds = clock.Elapsed.TotalSeconds;
                using var network = found.ToNetwork(Spec);
                var evaluation = EvaluateCommand.Evaluate(compute, network, _data.Evaluated);
                add(new()
                {
                    Method = "IHT", Neurons = neurons, Nonzeros = nonzeros, Seed = _plan.Seeds[0], Budget = nonzeros, Weights = network.ConnectionCount,
                    LivingNeurons = found.Hidden[^1].Neurons.Length, Score = evaluation.Score, Seconds = seconds,
                });
                if (!Kind.IsBetter(evaluation.Score, _best)) continue;
                _best = evaluation.Score;
                CheckpointFile.Save(folder.BestCheckpoint, new()
                {
                    Network = network,
                    Phase = "recovery",
                    Configuration = RunConfiguration.ToJson(_settings, withRunOptions: false),
                    Schema = DataSchema.Of(_data.Train),
                });
            }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runner.Dispose();
        _samples.Dispose();
        _data.Dispose();
    }

    // Two classes are the numbers 0 and 1, and a squared error; more are softmax and cross-entropy, unless a squared error is asked for.
    private static (Settings Settings, NetworkSpec Spec) Choose(Settings settings, Targets targets)
    {
        var isScalar = RecoveryData.OutputsOf(targets) == 1;
        if (targets is LabelSets) throw new InvalidInputException("--loss binary-cross-entropy: recover fit is for classes and real targets");
        var isSquared = isScalar || settings.Text("loss") == "mean-squared-error";
        var activation = new Activation(isSquared ? ActivationKind.Identity : ActivationKind.Softmax);
        if (settings.Find("output-activation") is { } given && given != activation.ToString())
            throw new InvalidInputException($"--output-activation {given}: expected {activation}, as hard thresholding has it");
        var loss = isSquared ? LossKind.MeanSquaredError : LossKind.CrossEntropy;
        return (
            settings.With(new Dictionary<string, string> { ["loss"] = SpecNames.Format(loss), ["output-activation"] = activation.ToString() }),
            new() { OutputActivation = activation, Loss = loss });
    }

    private int[] Order(ulong seed)
    {
        var order = Enumerable.Range(0, _data.Train.SampleCount).ToArray();
        new RandomSource(seed).Stream("recovery-order").Shuffle(order.AsSpan());
        return order;
    }
}
