using System.Globalization;
using ActorSparse.Host.Benchmarks;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Host.Commands;

/// <summary>bench: the measurements behind the tables in bench/, on the user's machine. Options change only what they name.</summary>
internal static class BenchCommand
{
    // The measurements, each with the options that it has a use for.
    private static readonly OrderedDictionary<string, string[]> s_options = new(StringComparer.Ordinal)
    {
        ["kernels"] = ["layers", "epsilon", "batch-size", "samples", "dropout", "threads", "kernels", "repetitions"],
        ["convolution"] = ["shapes", "sparsities", "batch-size", "threads", "kernels", "repetitions"],
        ["network"] = ["network", "sparsity", "batch-size", "threads", "repetitions"],
        ["epoch"] = ["layers", "epsilon", "sparsity", "batch-size", "samples", "activations", "dropout", "threads", "repetitions"],
        ["scale"] = ["neurons", "epsilon", "out", "batch-size", "threads", "repetitions"],
        ["evolution"] = ["layers", "neurons", "epsilon", "batch-size", "dropout", "threads", "repetitions"],
        ["inference"] = ["checkpoint", "network", "layers", "epsilon", "sparsity", "batch-size", "threads", "kernels", "repetitions"],
        ["serve"] = ["checkpoint", "rate", "seconds", "threads", "kernels"],
    };

    /// <summary>Names of all measurements.</summary>
    internal static IEnumerable<string> Measurements => s_options.Keys;

    public static int Run(CommandContext context)
    {
        var settings = context.Resolve(null);
        if (!s_options.TryGetValue(context.Argument!, out var options))
            throw new InvalidInputException(
                $"bench: there is no measurement '{context.Argument}'{Suggestion.For(context.Argument!, Measurements)}; expected one of {string.Join(", ", Measurements)}");
        foreach (var name in context.CommandLine.Keys)
            if (!options.Contains(name)) throw new InvalidInputException($"--{name}: has no effect on bench {context.Argument}");
        switch (context.Argument)
        {
            case "kernels":
                using (var benchmark = new KernelBenchmark(Kernels(settings))) benchmark.Run(context.Output);
                break;
            case "convolution":
                ConvolutionBenchmark.Run(Convolution(settings), context.Output);
                break;
            case "network":
                NetworkBenchmark.Run(OfNetwork(settings), context.Output);
                break;
            case "epoch":
                EpochBenchmark.Run(Epoch(settings), context.Output);
                break;
            case "scale":
                ScaleBenchmark.Run(Scale(settings), context.Output);
                break;
            case "evolution":
                EvolutionBenchmark.Run(Evolution(settings), context.Output);
                break;
            case "inference":
                Inference(context, settings);
                break;
            default:
                Serve(context, settings);
                break;
        }
        return ExitCodes.Done;
    }

    private static void Serve(CommandContext context, Settings settings)
    {
        var path = settings.Find("checkpoint")
            ?? throw new InvalidInputException("bench serve: expected --checkpoint with a run folder or a checkpoint file");
        var given = context.CommandLine.Where(option => option.Key is "threads" or "kernels").ToDictionary(StringComparer.Ordinal);
        using var argument = CheckpointArgument.Load(context with { Verb = Verbs.Predict, Argument = path, CommandLine = given });
        using var samples = argument.LoadTest(argument.GivenTestFile(), needsTargets: false);
        using var compute = ServeCommand.Compute(argument.Settings);
        var options = new ServingBenchmarkOptions();
        options = options with { Rate = Given(settings, "rate") ?? options.Rate, Seconds = (int)(Given(settings, "seconds") ?? options.Seconds) };
        ServingBenchmark.RunAsync(
            options, argument.Checkpoint, argument.Path, TrainingSetup.Data(argument.Settings), samples, compute, context.Output).GetAwaiter().GetResult();
    }

    private static void Inference(CommandContext context, Settings settings)
    {
        var options = new InferenceBenchmarkOptions();
        options = options with
        {
            BatchSizes = settings.IsGiven("batch-size") ? [settings.Whole("batch-size")] : options.BatchSizes,
            Threads = (int)(Given(settings, "threads") ?? options.Threads),
            Kernels = settings.Find("kernels"),
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
        if (settings.Find("checkpoint") is { } path)
        {
            using var argument = CheckpointArgument.Load(context with { Verb = Verbs.Inspect, Argument = path, CommandLine = new Dictionary<string, string>() });
            InferenceBenchmark.Run(options, argument.Checkpoint.Network, context.Output);
            return;
        }
        var spec = settings.Find("network") is null
            ? new NetworkSpec { LayerSizes = Layers(settings) ?? options.LayerSizes, HiddenActivation = new(ActivationKind.Relu) }
            : new NetworkSpec { Graph = NetworkChoice.Graph(settings, () => new(3, 32, 32), outputs: 10) };
        spec = spec with { Epsilon = Given(settings, "epsilon") ?? spec.Epsilon };
        if (Given(settings, "sparsity") is { } sparsity) spec = spec.WithSparsity(sparsity);
        using var network = Network.Create(spec, new RandomSource(1));
        InferenceBenchmark.Run(options, network, context.Output);
    }

    private static KernelBenchmarkOptions Kernels(Settings settings)
    {
        var options = new KernelBenchmarkOptions();
        return options with
        {
            LayerSizes = Layers(settings) ?? options.LayerSizes,
            Epsilon = Given(settings, "epsilon") ?? options.Epsilon,
            BatchSize = (int)(Given(settings, "batch-size") ?? options.BatchSize),
            EpochSamples = (int)(Given(settings, "samples") ?? options.EpochSamples),
            Dropout = (float)(Given(settings, "dropout") ?? options.Dropout),
            Threads = (int)(Given(settings, "threads") ?? options.Threads),
            Kernels = GivenKernels(settings) ?? options.Kernels,
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
    }

    private static ConvolutionBenchmarkOptions Convolution(Settings settings)
    {
        var options = new ConvolutionBenchmarkOptions();
        return options with
        {
            Shapes = settings.Find("shapes") is null ? options.Shapes : settings.Read("shapes", ParseShapes),
            Sparsities = settings.Find("sparsities") is null ? options.Sparsities : settings.Read("sparsities", ParseSparsities),
            BatchSize = (int)(Given(settings, "batch-size") ?? options.BatchSize),
            Threads = (int)(Given(settings, "threads") ?? options.Threads),
            Kernels = GivenKernels(settings) ?? options.Kernels,
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
    }

    private static NetworkBenchmarkOptions OfNetwork(Settings settings)
    {
        if (settings.Find("network") is null)
            throw new InvalidInputException("bench network: expected --network with a name, or with the file of the network to measure");
        var options = new NetworkBenchmarkOptions(NetworkChoice.Graph(settings, () => new(3, 32, 32), outputs: 10));
        return options with
        {
            Sparsity = Given(settings, "sparsity") ?? options.Sparsity,
            BatchSize = (int)(Given(settings, "batch-size") ?? options.BatchSize),
            Threads = (int)(Given(settings, "threads") ?? options.Threads),
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
    }

    private static EpochBenchmarkOptions Epoch(Settings settings)
    {
        var options = new EpochBenchmarkOptions();
        return options with
        {
            LayerSizes = Layers(settings) ?? options.LayerSizes,
            Epsilon = Given(settings, "epsilon") ?? options.Epsilon,
            BatchSize = (int)(Given(settings, "batch-size") ?? options.BatchSize),
            SampleCount = (int)(Given(settings, "samples") ?? options.SampleCount),
            Sparsity = Given(settings, "sparsity"),
            Activations = TrainingSetup.Activations(settings),
            Dropout = Given(settings, "dropout") ?? options.Dropout,
            Threads = settings.IsGiven("threads") ? [settings.Whole("threads")] : options.Threads,
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
    }

    private static ScaleBenchmarkOptions Scale(Settings settings)
    {
        var options = new ScaleBenchmarkOptions();
        // Who names networks wants those.
        if (settings.IsGiven("neurons")) options = options with { LayerSide = 0, SetNeurons = [] };
        return options with
        {
            HiddenNeurons = settings.Find("neurons") is null ? options.HiddenNeurons : settings.Read("neurons", ParseNeurons),
            Epsilon = Given(settings, "epsilon") ?? options.Epsilon,
            Folder = settings.FindPath("out") ?? options.Folder,
            BatchSize = (int)(Given(settings, "batch-size") ?? options.BatchSize),
            Threads = TrainingSetup.Threads(settings),
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
    }

    private static EvolutionBenchmarkOptions Evolution(Settings settings)
    {
        var options = new EvolutionBenchmarkOptions();
        return options with
        {
            Networks = Layers(settings) is { } layers ? [layers]
                : settings.Find("neurons") is null ? options.Networks
                : [.. settings.Read("neurons", ParseNeurons).Select(EvolutionBenchmarkOptions.Square)],
            Epsilon = Given(settings, "epsilon") ?? options.Epsilon,
            BatchSize = (int)(Given(settings, "batch-size") ?? options.BatchSize),
            Dropout = Given(settings, "dropout") ?? options.Dropout,
            Threads = settings.IsGiven("threads") ? settings.Whole("threads") : options.Threads,
            Repetitions = (int)(Given(settings, "repetitions") ?? options.Repetitions),
        };
    }

    private static IReadOnlyList<int>? Layers(Settings settings) =>
        settings.IsGiven("layers") ? settings.Read("layers", SpecNames.ParseLayerSizes) : null;

    private static double? Given(Settings settings, string name) => settings.IsGiven(name) ? settings.Number(name) : null;

    private static int[] ParseNeurons(string text) => Lists.Wholes(text, "neurons");

    private static (int Channels, int Side)[] ParseShapes(string text) => Lists.Parse(text, part =>
    {
        var sizes = part.Split('x');
        return sizes.Length == 2 && int.TryParse(sizes[0], NumberStyles.None, CultureInfo.InvariantCulture, out var channels)
            && int.TryParse(sizes[1], NumberStyles.None, CultureInfo.InvariantCulture, out var side)
            ? (channels, side)
            : throw new InvalidInputException($"'{part}' is no shape; expected channels and side of the images, as in 64x8");
    });

    private static double[] ParseSparsities(string text) => Lists.Numbers(text, value => value is >= 0 and < 1, "sparsity", "from 0 to below 1");

    private static string[]? GivenKernels(Settings settings) =>
        settings.Find("kernels") is null ? null : settings.Read("kernels", text => Lists.Parse(text, name => SparseKernels.Named(name).Name));
}
