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
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Recovery;

/// <summary>recover fit: a sparse network for a data set, found by hard thresholding instead of training.</summary>
internal sealed class FitSession : IRecoverySession
{
    private readonly FitSamples _source;
    private readonly Settings _settings;
    private readonly RecoveryData _samples;
    private double? _best;

    public FitSession(RecoveryPlan plan, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _source = new(plan, settings);
        try
        {
            (_settings, Spec) = Choose(settings, Data.Train.Targets);
            Spec = Spec with { LayerSizes = [Data.Train.FeatureCount, 1, RecoveryData.OutputsOf(Data.Train.Targets)] };
            Spec.CheckFits(Data.Train);
            Runner = new(plan, settings, _source);
            _samples = _source.Make();
        }
        catch
        {
            Runner?.Dispose();
            _source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public RecoveryRunner Runner { get; }

    /// <inheritdoc/>
    public IReadOnlyList<RecoveryMeasure> Measures => [new(
        $"{Reports.Report.Capital(Kind.Name)} on the {(Data.Validation is null ? "test" : "validation")} samples", 0, null, summary => summary.Score,
        value => Kind.Format(value))];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("training samples", string.Create(CultureInfo.InvariantCulture, $"{Data.Train.Name}: {Data.Train.SampleCount:N0} with {Data.Train.FeatureCount:N0} features")),
        ("targets", Data.Train.Targets.Describe()),
        ("loss", SpecNames.Format(Spec.Loss)),
    ];

    /// <inheritdoc/>
    public string Pictures => "";

    private NetworkSpec Spec { get; }

    private ScoreKind Kind => ScoreKind.Of(Data.Train);

    private DataPair Data => _source.Data;

    private RecoveryPlan Plan => _source.Plan;

    /// <inheritdoc/>
    public void Run(RunFolder folder, Action<RecoveryRow> add, CancellationToken stop)
    {
        using var compute = new NetworkCompute(threads: Plan.Threads);
        foreach (var neurons in Plan.Neurons)
            foreach (var nonzeros in Plan.Nonzeros)
            {
                var clock = Stopwatch.StartNew();
                var recovery = Plan.Recovery(neurons, nonzeros, Plan.Seeds[0], _source.HasBias, Spec.Loss == LossKind.CrossEntropy);
                var found = recovery.Run(_samples, (inputs, layers, steps) => Runner.Run(inputs, new(0, 0, 0, layers, 0), steps, stop));
                var seconds = clock.Elapsed.TotalSeconds;
                using var network = found.ToNetwork(Spec);
                var evaluation = EvaluateCommand.Evaluate(compute, network, Data.Evaluated);
                add(new()
                {
                    Method = "IHT", Neurons = neurons, Nonzeros = nonzeros, Seed = Plan.Seeds[0], Budget = nonzeros, Weights = network.ConnectionCount,
                    LivingNeurons = found.Hidden[^1].Neurons.Length, Score = evaluation.Score, Seconds = seconds,
                });
                if (!Kind.IsBetter(evaluation.Score, _best)) continue;
                _best = evaluation.Score;
                CheckpointFile.Save(folder.BestCheckpoint, new()
                {
                    Network = network,
                    Phase = "recovery",
                    Configuration = RunConfiguration.ToJson(_settings, withRunOptions: false),
                    Schema = DataSchema.Of(Data.Train),
                });
            }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runner.Dispose();
        _samples.Dispose();
        _source.Dispose();
    }

    // Two classes are the numbers 0 and 1, and a squared error; more are softmax and cross-entropy, unless a squared error is asked for.
    private static (Settings Settings, NetworkSpec Spec) Choose(Settings settings, Targets targets)
    {
        var isScalar = RecoveryData.OutputsOf(targets) == 1;
        var isSquared = isScalar || settings.Text("loss") == "mean-squared-error";
        var activation = new Activation(isSquared ? ActivationKind.Identity : ActivationKind.Softmax);
        if (settings.Find("output-activation") is { } given && given != activation.ToString())
            throw new InvalidInputException($"--output-activation {given}: expected {activation}, as hard thresholding has it");
        var loss = isSquared ? LossKind.MeanSquaredError : LossKind.CrossEntropy;
        return (
            settings.With(new Dictionary<string, string> { ["loss"] = SpecNames.Format(loss), ["output-activation"] = activation.ToString() }),
            new() { OutputActivation = activation, Loss = loss });
    }
}
