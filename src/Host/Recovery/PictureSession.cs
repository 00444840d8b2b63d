using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Reports;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Recovery.Baseline;

namespace ActorSparse.Host.Recovery;

/// <summary>recover images: one picture as a network that says of each pixel how bright it is.</summary>
internal sealed class PictureSession : IRecoverySession
{
    private const int Scale = 8;

    private readonly RecoveryPlan _plan;
    private readonly Settings _settings;
    private readonly PictureSamples _picture;
    private readonly RecoveryData _data;
    private readonly StringBuilder _pictures = new();
    private double _best = double.NegativeInfinity;

    public PictureSession(RecoveryPlan plan, Settings settings)
    {
        (_plan, _settings, _picture) = (plan, settings, PictureSamples.Load(plan, settings));
        Runner = new(plan, settings, _picture);
        _data = _picture.Make();
    }

    /// <inheritdoc/>
    public RecoveryRunner Runner { get; }

    /// <inheritdoc/>
    public IReadOnlyList<RecoveryMeasure> Measures { get; } = [RecoveryMeasure.Psnr(0, 50)];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Value)> Facts =>
    [
        ("picture", $"{_picture.Name}, {_picture.Shape.Describe()}"),
        ("samples", string.Create(CultureInfo.InvariantCulture, $"{_data.SampleCount:N0} with {_data.FeatureCount:N0} Fourier features")),
    ];

    /// <inheritdoc/>
    public string Pictures => _pictures.ToString();

    /// <inheritdoc/>
    public void Run(RunFolder folder, Action<RecoveryRow> add, CancellationToken stop)
    {
        PictureSamples.Save(_data, Path.Combine(folder.Root, "samples.npz"));
        Show(folder, "original", "the picture", _picture.Values);
        var seed = _plan.Seeds[0];
        foreach (var neurons in _plan.Neurons)
        {
            foreach (var nonzeros in _plan.Nonzeros)
            {
                var clock = Stopwatch.StartNew();
                var found = _plan.Recovery(neurons, nonzeros, seed, hasBias: false, isCrossEntropy: false).Run(_data, (inputs, layers, steps) => Runner.Run(inputs, new(0, 0, 0, layers, 0), steps, stop));
                var row = Add("IHT", found, neurons, nonzeros, seed, clock, folder, add);
                if (row.Psnr <= _best) continue;
                _best = row.Psnr!.Value;
                Save(folder, found);
            }
            foreach (var isFairer in _plan.Pruning)
            {
                var clock = Stopwatch.StartNew();
                using var pruning = new IterativeMagnitudePruning(_plan.PruningOptions(neurons, seed, isFairer), _data);
                foreach (var result in pruning.Run(_plan.Nonzeros, stop))
                    Add(isFairer ? "fairer IMP" : "IMP", result.Network, neurons, result.Budget, seed, clock, folder, add);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runner.Dispose();
        _data.Dispose();
        _picture.Dispose();
    }

    private RecoveryRow Add(string method, RecoveredNetwork found, int neurons, int nonzeros, long seed, Stopwatch clock, RunFolder folder,
        Action<RecoveryRow> add)
    {
        var seconds = clock.Elapsed.TotalSeconds;
        var values = found.Predict(_data);
        var psnr = RecoveryScore.Psnr(values.Zip(_picture.Values, (value, target) => (value - target) * (value - target)).Average(), 1);
        var row = new RecoveryRow
        {
            Method = method, Neurons = neurons, Nonzeros = nonzeros, Seed = seed, Budget = nonzeros, Weights = found.HiddenWeightCount,
            LivingNeurons = found.Hidden[^1].Neurons.Length, Psnr = psnr, Seconds = seconds,
        };
        var culture = CultureInfo.InvariantCulture;
        Show(folder, string.Create(culture, $"{method.Replace(' ', '-').ToLowerInvariant()}-m{neurons}-s{nonzeros}"),
            string.Create(culture, $"{method}, {neurons} neurons, {nonzeros} weights: {psnr:0.0} dB"), values);
        add(row);
        return row;
    }

    private void Show(RunFolder folder, string name, string caption, double[] values)
    {
        var png = PngPicture.Encode(values, _picture.Shape, Scale);
        PngPicture.Write(Path.Combine(folder.Root, name + ".png"), png);
        _pictures.Append(CultureInfo.InvariantCulture,
            $"<figure style=\"display:inline-block;margin:.5rem\"><img alt=\"{WebUtility.HtmlEncode(caption)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"><figcaption>{WebUtility.HtmlEncode(caption)}</figcaption></figure>\n");
    }

    // Its samples lie beside it, so that evaluate and predict find them.
    private void Save(RunFolder folder, RecoveredNetwork found)
    {
        var samples = Path.Combine(folder.Root, "samples.npz");
        var settings = _settings.With(new Dictionary<string, string>
        {
            ["dataset"] = "files", ["train"] = samples, ["test"] = samples, ["format"] = "numpy", ["standardise"] = "none", ["loss"] = "mean-squared-error",
            ["output-activation"] = "identity",
        });
        using var network = found.ToNetwork(new() { OutputActivation = new(ActivationKind.Identity), Loss = LossKind.MeanSquaredError });
        CheckpointFile.Save(folder.BestCheckpoint, new()
        {
            Network = network,
            Phase = "recovery",
            Configuration = RunConfiguration.ToJson(settings, withRunOptions: false),
            Schema = new()
            {
                FeatureCount = _data.FeatureCount, ClassCount = 0, TargetKind = TargetKind.Real, TargetNames = ["brightness"],
                TargetStandardization = new([0], [1]),
            },
        });
    }
}
