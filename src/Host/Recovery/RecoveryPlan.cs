using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Recovery;
using ActorSparse.Model.Recovery.Baseline;

namespace ActorSparse.Host.Recovery;

/// <summary>Which recoveries to make, and how, from the options of the command.</summary>
internal sealed record RecoveryPlan
{
    private static readonly string[] s_cluster = ["host", "port", "min-workers", "akka-config"];

    private static readonly string[] s_common =
        ["neurons", "nonzeros", "hidden-layers", "gates", "signs", "variant", "steps", "inner-steps", "step-size", "seed", "threads", "workers", "cluster",
            "name", "out", "runs", "force", "json", "quiet", .. s_cluster];

    private static readonly Dictionary<string, string[]> s_own = new(StringComparer.Ordinal)
    {
        ["planted"] = ["budgets", "outputs", "imp", "imp-epochs", "seeds", "features", "samples"],
        ["images"] = ["imp", "imp-epochs", "picture", "input", "dataset", "data-dir"],
    };

    /// <summary>planted, images or fit.</summary>
    public required string Kind { get; init; }

    /// <summary>Neurons of a hidden layer, m: one network for each number.</summary>
    public required IReadOnlyList<int> Neurons { get; init; }

    /// <summary>Weights, s: one network for each number.</summary>
    public required IReadOnlyList<int> Nonzeros { get; init; }

    /// <summary>Weights to keep, as multiples of s.</summary>
    public required IReadOnlyList<double> Budgets { get; init; }

    /// <summary>The seeds, a recovery each.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Hidden layers.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether output weights are 1 or -1; else all are 1.</summary>
    public bool HasSigns { get; init; }

    /// <summary>Whether gates are drawn and stay.</summary>
    public bool HasFixedGates { get; init; }

    /// <summary>Whether steps are those of the authors' program.</summary>
    public bool IsReference { get; init; }

    /// <summary>Steps over the samples.</summary>
    public int Steps { get; init; }

    /// <summary>Descents within the support.</summary>
    public int InnerSteps { get; init; } = 10;

    /// <summary>The size of steps of several outputs, if given.</summary>
    public double? StepSize { get; init; }

    /// <summary>Chunks of a batch, of several outputs; 0: all.</summary>
    public int ChunksPerBatch { get; init; }

    /// <summary>Variants of pruning to compare with: whether each is the fairer one.</summary>
    public IReadOnlyList<bool> Pruning { get; init; } = [];

    /// <summary>Passes over the samples in a round of pruning.</summary>
    public int PruningEpochs { get; init; }

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Workers, each an actor with a share of the samples; null: threads alone, or workers of other nodes.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether workers are on other nodes.</summary>
    public bool IsOnCluster { get; init; }

    /// <summary>Reads the plan.</summary>
    /// <exception cref="InvalidInputException">An option cannot be used, or does nothing for what is recovered.</exception>
    public static RecoveryPlan From(string kind, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Refuse(kind, settings);
        var (neurons, nonzeros, steps, epochs) = kind switch
        {
            "planted" => ("5,10,20,50,100,200", "10,20,50,100,200", 30, 15),
            "images" => ("50", "500", 100, 100),
            _ => ("200", "2000", 50, 15),
        };
        var imp = settings.Text("imp");
        var plan = new RecoveryPlan
        {
            Kind = kind,
            Neurons = Wholes(settings, "neurons", neurons),
            Nonzeros = Wholes(settings, "nonzeros", nonzeros),
            Budgets = kind == "planted" ? Numbers(settings, "budgets", "1,2") : [1],
            Seeds = [.. Enumerable.Range(0, kind == "planted" ? settings.Whole("seeds") : 1).Select(index => settings.WholeLong("seed") + index)],
            Layers = settings.Whole("hidden-layers"),
            HasSigns = settings.Find("signs") is { } signs ? signs == "yes" : kind != "planted",
            HasFixedGates = settings.Text("gates") == "fixed",
            IsReference = settings.Text("variant") == "reference",
            Steps = settings.FindWhole("steps") ?? steps,
            InnerSteps = settings.FindWhole("inner-steps") ?? 10,
            StepSize = settings.FindNumber("step-size"),
            Pruning = imp switch { "paper" => [false], "fairer" => [true], "both" => [false, true], _ => [] },
            PruningEpochs = settings.FindWhole("imp-epochs") ?? epochs,
            Threads = TrainingSetup.Threads(settings),
            Workers = settings.FindWhole("workers"),
            IsOnCluster = settings.Flag("cluster"),
        };
        if (plan.Workers is not null && settings.IsOnCommandLine("threads"))
            throw new InvalidInputException("--workers and --threads: a worker is a thread; expected one or the other");
        if (plan.IsOnCluster && plan.Workers is not null)
            throw new InvalidInputException("--workers and --cluster: each node says how many workers it has; expected --min-workers");
        if (!plan.IsOnCluster && Array.Find(s_cluster, settings.IsOnCommandLine) is { } idle)
            throw new InvalidInputException($"--{idle}: has no effect without --cluster");
        if (plan.HasFixedGates && kind != "planted")
            throw new InvalidInputException($"--gates fixed: is no network of rectifiers, which recover {kind} writes; expected own");
        if (plan.HasFixedGates && (plan.Layers > 1 || settings.FindWhole("outputs") > 1))
            throw new InvalidInputException("--gates fixed: expected one hidden layer and one output");
        if (plan.HasSigns && settings.FindWhole("outputs") > 1 && settings.IsOnCommandLine("signs"))
            throw new InvalidInputException("--signs yes: several outputs have weights of their own; expected one output");
        return plan;
    }

    /// <summary>How hard thresholding goes for a network of <paramref name="neurons"/> with <paramref name="budget"/> weights.</summary>
    public GreedyRecovery Recovery(int neurons, int budget, long seed, bool hasBias, bool isCrossEntropy) => new(
        Layers,
        new()
        {
            Neurons = neurons,
            Budget = budget,
            Steps = Steps,
            InnerSteps = InnerSteps,
            HasSigns = HasSigns,
            HasFixedGates = HasFixedGates,
            Descent = IsReference ? DescentKind.Halving : DescentKind.Conjugate,
            MeasuresCandidates = !IsReference,
            MergesFirstStep = !IsReference,
            KeepsBest = !IsReference,
            // Below what targets of single precision tell apart by far.
            Tolerance = IsReference ? 0 : 1e-22,
            Seed = (ulong)seed,
        },
        Vector(new()
        {
            Neurons = neurons,
            Budget = budget,
            Steps = Steps,
            IsCrossEntropy = isCrossEntropy,
            StepSize = StepSize,
            RanksByUpdates = IsReference,
            RevivesEveryPass = IsReference,
            ChunksPerBatch = ChunksPerBatch,
            KeepsBest = ChunksPerBatch == 0 && !IsReference,
            Seed = (ulong)seed,
        }),
        hasBias);

    /// <summary>What all nodes of a cluster know of these recoveries from samples of so many features and outputs.</summary>
    public RecoveryJob Job(ulong runId, int features, int outputs) =>
        new(runId, SumRequest.BytesMax((long)Math.Ceiling(Nonzeros.Max() * Budgets.Max()), features, outputs, Layers));

    /// <summary>How pruning goes.</summary>
    public ImpOptions PruningOptions(int neurons, long seed, bool isFairer)
    {
        var options = new ImpOptions { Neurons = neurons, Layers = Layers, Epochs = PruningEpochs, Threads = Threads, Seed = (ulong)seed };
        return isFairer ? options.Fairer() : options;
    }

    private VectorIhtOptions Vector(VectorIhtOptions options) =>
        IsReference && StepSize is null ? options with { StepSize = options.ReferenceStepSize } : options;

    // Data options are for fit; every kind has a few of its own.
    private static void Refuse(string kind, Settings settings)
    {
        if (kind == "fit")
        {
            foreach (var name in (string[])["budgets", "outputs", "imp", "imp-epochs", "picture", "input", "seeds"])
                if (settings.IsOnCommandLine(name)) throw new InvalidInputException($"--{name}: has no effect on recover fit");
            return;
        }
        foreach (var name in settings.Names)
            if (settings.IsOnCommandLine(name) && !s_common.Contains(name) && !s_own[kind].Contains(name))
                throw new InvalidInputException($"--{name}: has no effect on recover {kind}");
    }

    private static int[] Wholes(Settings settings, string name, string byDefault)
    {
        int[] Parse(string text) => Lists.Wholes(text, name == "neurons" ? "neurons" : "weights");
        return settings.Find(name) is null ? Parse(byDefault) : settings.Read(name, Parse);
    }

    private static double[] Numbers(Settings settings, string name, string byDefault)
    {
        static double[] Parse(string text) => Lists.Numbers(text, value => value is > 0 and <= 1000, "multiple", "above 0 to 1000");
        return settings.Find(name) is null ? Parse(byDefault) : settings.Read(name, Parse);
    }
}
