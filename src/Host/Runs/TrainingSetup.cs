using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Data.Generators;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>From resolved options to what the model library takes.</summary>
internal static class TrainingSetup
{
    /// <summary>What is trained, from completed settings: the same on every node, but for a run's number, which is a new one if none is
    /// given.</summary>
    /// <exception cref="InvalidInputException">Options and data do not go together.</exception>
    public static TrainingJob Job(Settings settings, DataPair data, ulong? runId = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        var training = Options(settings, EvaluationRoles.Of(data));
        if (training.Rule is IDenseRule && !TrainingModes.IsAlone(settings))
            throw new InvalidInputException(
                $"rule {training.Rule.Name} is a baseline that needs a dense network's memory in one place; expected --mode sequential, not {settings.Text("mode")}");
        var job = new TrainingJob
        {
            RunId = runId ?? TrainingJob.NewRunId(),
            Spec = Spec(settings, data.Train),
            Training = training,
            Run = TrainingModes.IsAlone(settings) ? new() : Sharing(settings),
            Seed = (ulong)settings.WholeLong("seed"),
            TrainingSet = data.Train,
            EvaluationSet = data.Evaluated,
            Kernels = Kernels(settings),
        };
        job = job with { ConfigurationHash = Convert.ToUInt64(RunConfiguration.Hash(settings, job.DataHash)[..16], 16) };
        job.Validate();
        return job;
    }

    private static RunOptions Sharing(Settings settings) => new()
    {
        Mode = settings.Text("mode") == TrainingModes.Wssp ? TrainingMode.Wssp : TrainingMode.Wasap,
        Workers = settings.Whole("workers"),
        PhaseTwoFraction = settings.Number("phase-two"),
        PhaseTwoTopology = settings.Find("phase-two-topology") == "own" ? PhaseTwoTopology.Own : PhaseTwoTopology.Shared,
        Rounds = settings.FindWhole("rounds"),
        LocalSteps = settings.FindWhole("local-steps") ?? 1,
        StalenessMaxSteps = settings.FindWhole("staleness-max"),
        StalenessDamping = settings.Number("staleness-damping"),
        GradientFormat = Format(settings, "wire-gradients"),
        ParameterFormat = Format(settings, "wire-parameters"),
    };

    // Only runs on a cluster have these options.
    private static FloatFormat Format(Settings settings, string name) =>
        settings.Names.Contains(name) && settings.Find(name) is { } format
            ? Enum.Parse<FloatFormat>(format, ignoreCase: true)
            : FloatFormat.Full;

    /// <summary>The network's specification, from completed settings.</summary>
    public static NetworkSpec Spec(Settings settings, Dataset train)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(train);
        var graph = settings.Find("network") is null ? null : settings.Read("network", GraphText.Parse);
        var spec = new NetworkSpec
        {
            LayerSizes = graph is null ? settings.Read("layers", SpecNames.ParseLayerSizes) : [],
            Graph = graph,
            HiddenActivation = settings.Read("activation", Activation.Parse),
            OutputActivation = settings.Read("output-activation", Activation.Parse),
            Loss = settings.Read("loss", SpecNames.ParseLoss),
            LabelSmoothing = settings.FindNumber("label-smoothing") ?? 0,
            Initializer = settings.Read("initializer", SpecNames.ParseInitializer),
            Distribution = settings.Find("distribution") is null ? ConnectionDistribution.ErdosRenyi
                : settings.Read("distribution", SpecNames.ParseDistribution),
        };
        spec = settings.FindNumber("sparsity") is { } sparsity ? spec.WithSparsity(sparsity)
            : spec with { Epsilon = settings.Number("epsilon") };
        spec.Validate();
        spec.CheckFits(train);
        return spec;
    }

    /// <summary>How it is trained, from completed settings and what epochs are evaluated on.</summary>
    public static TrainingOptions Options(Settings settings, EvaluationRole evaluatedOn)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var rule = TopologyRules.Create(settings.Text("rule"), settings.Number("zeta"), Guided(settings), settings.FindNumber("sparsity"));
        var options = new TrainingOptions
        {
            Epochs = checked(settings.Whole("epochs") * ((rule as IDenseRule)?.Rounds ?? 1)),
            BatchSize = settings.Whole("batch-size"),
            Dropout = settings.Number("dropout"),
            Activations = Activations(settings),
            Augment = settings.Flag("augment"),
            EvaluateEvery = settings.Whole("evaluate-every"),
            EvaluatedOn = evaluatedOn,
            Patience = settings.FindWhole("patience"),
            ClassWeights = settings.Read("class-weights", ClassWeights.Parse),
            Rule = rule,
            Optimizer = new()
            {
                Kind = Optimizer(settings),
                Beta2 = settings.Number("beta2"),
                ClipNorm = settings.Number("clip-norm") is var norm and > 0 ? norm : double.PositiveInfinity,
                LearningRate = settings.Number("learning-rate"),
                Momentum = settings.Number("momentum"),
                WeightDecay = settings.Number("weight-decay"),
                Nesterov = settings.Flag("nesterov"),
                Schedule = settings.Read("schedule", LearningRateSchedule.Parse),
            },
            ImportancePruning = ImportancePruning(settings),
        };
        options.Validate();
        return options;
    }

    /// <summary>What the products of fully connected layers read.</summary>
    internal static FloatFormat Activations(Settings settings) =>
        settings.Text("activations") == "bf16" ? FloatFormat.Bf16 : FloatFormat.Full;

    /// <summary>Which optimiser.</summary>
    internal static OptimizerKind Optimizer(Settings settings) =>
        settings.Text("optimizer") == "adamw" ? OptimizerKind.AdamW : OptimizerKind.Sgd;

    // With workers it strikes half as often and half as hard (wasap specification, section 4).
    private static ImportancePruningOptions? ImportancePruning(Settings settings)
    {
        if (settings.FindWhole("importance-from") is not { } start) return null;
        var defaults = TrainingModes.IsAlone(settings) ? new() : ImportancePruningOptions.Parallel;
        return defaults with
        {
            StartEpoch = start,
            Interval = settings.FindWhole("importance-every") ?? defaults.Interval,
            Percentile = settings.FindNumber("importance-percentile") ?? defaults.Percentile,
            MinimumLiving = settings.Number("importance-minimum"),
        };
    }

    private static GuidedOptions Guided(Settings settings) => new()
    {
        PruneFraction = settings.Number("prune-fraction"),
        GrowSubset = settings.Number("grow-subset"),
        Interval = settings.Whole("evolve-every"),
        Until = settings.Number("evolve-until"),
        Budget = Enum.Parse<ConnectionBudget>(settings.Text("budget"), ignoreCase: true),
    };

    /// <summary>Which data.</summary>
    public static DataOptions Data(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (share, validation) = ValidationSet(settings);
        var madelon = new MadelonOptions();
        var planted = new PlantedOptions();
        return new()
        {
            Name = settings.Text("dataset") == "files" ? null : settings.Text("dataset"),
            DataFolder = settings.FindPath("data-dir"),
            Train = settings.FindPath("train"),
            Test = settings.FindPath("test"),
            Validation = validation,
            ValidationShare = share,
            TrainLabels = settings.FindPath("train-labels"),
            TestLabels = settings.FindPath("test-labels"),
            Format = Enum.Parse<DataFormat>(settings.Text("format"), ignoreCase: true),
            TargetKind = Targets(settings),
            Label = settings.Text("label") switch { "first" => LabelColumn.First, "none" => LabelColumn.None, _ => LabelColumn.Last },
            TargetColumns = TargetColumns(settings),
            Header = Enum.Parse<TableHeader>(settings.Text("header"), ignoreCase: true),
            Encoding = settings.Find("encoding") is null ? null : settings.Read("encoding", TextEncoding.Parse),
            IgnoredColumns = Names(settings, "ignore"),
            FeatureColumns = Names(settings, "columns"),
            Missing = settings.Find("missing") is { } missing ? Enum.Parse<MissingValueMode>(missing, ignoreCase: true) : default,
            HasCategories = settings.Find("categories") != "refuse",
            CategoryColumns = settings.Find("categories") is "auto" or "refuse" ? null : Names(settings, "categories"),
            HasDecimalComma = settings.Find("decimal") == ",",
            IndexBase = settings.Text("libsvm-base") == "auto" ? null : settings.Whole("libsvm-base"),
            FeatureCount = settings.FindWhole("features"),
            ClassCount = settings.FindWhole("classes"),
            HoldOut = settings.Number("holdout"),
            Seed = (ulong)settings.WholeLong("data-seed"),
            Resize = settings.Find("resize") is null ? null : settings.Read("resize", ImageSize.Parse),
            Channels = settings.FindWhole("channels"),
            Augmentation = AugmentationSetup.Of(settings),
            Standardize = Enum.Parse<StandardizationMode>(settings.Text("standardise"), ignoreCase: true),
            Madelon = madelon with
            {
                TrainCount = settings.FindWhole("samples") ?? madelon.TrainCount,
                TestCount = settings.FindWhole("test-samples") ?? madelon.TestCount,
                FlipProbability = settings.FindNumber("label-noise") ?? madelon.FlipProbability,
            },
            Planted = planted with
            {
                TrainCount = settings.FindWhole("samples") ?? planted.TrainCount,
                TestCount = settings.FindWhole("test-samples") ?? planted.TestCount,
                FeatureCount = settings.FindWhole("features") ?? planted.FeatureCount,
                ClassCount = settings.FindWhole("classes") ?? planted.ClassCount,
                Density = settings.FindNumber("feature-density") ?? planted.Density,
                LabelNoise = settings.FindNumber("label-noise") ?? planted.LabelNoise,
            },
        };
    }

    private static (double? Share, string? Path) ValidationSet(Settings settings) =>
        settings.Find("validation") is not { } text ? (null, null)
        : ValidationShare(text) is { } share ? (share, null)
        : (null, settings.FindPath("validation"));

    /// <summary>The share of the training samples that the option validation asks for; null if it names a file.</summary>
    internal static double? ValidationShare(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? share : null;

    // Commands on a checkpoint have no such options: there it is the data of the training that say it.
    private static TargetKind Targets(Settings settings)
    {
        if (!settings.Names.Contains("loss") || settings.Text("dataset") != "files") return TargetKind.Classes;
        return settings.Read("loss", SpecNames.ParseLoss) switch
        {
            LossKind.BinaryCrossEntropy => TargetKind.LabelSets,
            // With another output, or so many classes, it is classes whose squared error counts.
            LossKind.MeanSquaredError when settings.Find("output-activation") is null or "identity" && settings.Find("classes") is null =>
                TargetKind.Real,
            _ => TargetKind.Classes,
        };
    }

    private static string[]? Names(Settings settings, string option) => settings.Find(option)?.Split(',', StringSplitOptions.TrimEntries);

    private static string[]? TargetColumns(Settings settings)
    {
        var (label, targets) = (settings.Text("label"), settings.Find("targets"));
        var isColumn = label is not ("last" or "first" or "none");
        if (targets is null) return isColumn ? [label] : null;
        if (label is not ("last" or "none"))
            throw new InvalidInputException($"label {label} and targets {targets}: expected one or the other");
        return targets.Split(',', StringSplitOptions.TrimEntries);
    }

    /// <summary>Threads of the arithmetic.</summary>
    public static int Threads(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.FindWhole("threads") ?? Environment.ProcessorCount;
    }

    /// <summary>What computes.</summary>
    public static NetworkCompute Compute(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(Kernels(settings), Threads(settings));
    }

    /// <summary>With which vector width.</summary>
    /// <exception cref="InvalidInputException">This processor has none of that name.</exception>
    public static SparseKernels Kernels(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Find("kernels") is null ? SparseKernels.Named(null) : settings.Read("kernels", SparseKernels.Named);
    }
}
