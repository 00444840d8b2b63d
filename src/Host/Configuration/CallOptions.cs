using ActorSparse.Model;

namespace ActorSparse.Host.Configuration;

/// <summary>The options that say what one call of a command does; each command has its own few.</summary>
internal static class CallOptions
{
    private static readonly Dictionary<string, string[]> s_byVerb = new(StringComparer.Ordinal)
    {
        [Verbs.Train] = ["name", "out", "runs", "force", "resume", "dashboard", "json", "quiet"],
        [Verbs.Compare] = ["rules", "sparsities", "seeds", "name", "out", "runs", "force", "json", "quiet"],
        [Verbs.Cluster] =
            ["recipe", "host", "port", "join", "min-workers", "akka-config", "name", "out", "runs", "force", "resume", "dashboard", "json", "quiet"],
        [Verbs.Evaluate] = ["data-dir", "threads", "kernels", "json"],
        [Verbs.Predict] = ["data-dir", "threads", "kernels", "input", "out", "force", "probabilities", "json"],
        [Verbs.Serve] = ["data-dir", "threads", "kernels", "listen", "requests-max", "body-max"],
        [Verbs.Prune] = ["data-dir", "threads", "kernels", "importance-minimum", "percentile", "sweep", "out", "force", "json"],
        [Verbs.Compact] = ["out", "force", "json"],
        [Verbs.Inspect] = ["json"],
        [Verbs.Export] = ["to", "initializers", "out", "force"],
        [Verbs.Data] = ["loss", "output-activation", "data-dir", "json"],
        [Verbs.Recover] =
            ["neurons", "nonzeros", "budgets", "hidden-layers", "outputs", "gates", "signs", "no-bias", "variant", "steps", "inner-steps", "step-size",
                "batch-size", "imp", "imp-epochs", "picture", "input", "loss", "output-activation", "seeds", "seed", "threads", "workers", "cluster", "host", "port",
                "min-workers", "akka-config", "data-dir", "name", "out", "runs", "force", "json", "quiet"],
        [Verbs.Bench] =
            ["layers", "network", "epsilon", "sparsity", "batch-size", "dropout", "activations", "threads", "kernels", "samples", "neurons", "shapes", "sparsities", "repetitions",
                "checkpoint", "rate", "seconds", "out"],
    };

    public static OptionDefinition[] All { get; } =
    [
        new("recipe", OptionGroup.Call, OptionKind.Text, "NAME", "coordinator: a built-in recipe, or a recipe file"),
        new("cluster", OptionGroup.Call, OptionKind.Flag, "", "coordinate workers of other machines, which join with: actorsparse cluster worker"),
        new("host", OptionGroup.Call, OptionKind.Text, "NAME", "name or address of this node as others reach it [default: 127.0.0.1]"),
        new("port", OptionGroup.Call, OptionKind.Whole, "PORT", "port of this node [default: coordinator 4053, others any free one]")
            { Minimum = 0, Maximum = 65535 },
        new("join", OptionGroup.Call, OptionKind.Text, "HOST:PORT", "where the coordinator is, or where all of several are, with commas"),
        new("min-workers", OptionGroup.Call, OptionKind.Whole, "K", "coordinator: workers that must be there before it begins")
            { Default = "1", Minimum = 1, Maximum = 4096 },
        new("akka-config", OptionGroup.Call, OptionKind.Text, "FILE", "settings of Akka.NET over those of hocon/, such as those for TLS"),
        new("listen", OptionGroup.Call, OptionKind.Text, "[ADDRESS:]PORT", "where to listen; without an address for this machine alone; port 0 is any free one")
            { Default = "8080" },
        new("requests-max", OptionGroup.Call, OptionKind.Whole, "N", "requests under way at one time; more are refused with status 503")
            { Default = "256", Minimum = 1, Maximum = 65536 },
        new("body-max", OptionGroup.Call, OptionKind.Whole, "MIB", "size of a request's body; larger ones are refused with status 413")
            { Default = "4", Minimum = 1, Maximum = 1024 },
        new("name", OptionGroup.Call, OptionKind.Text, "NAME", "name of the run; its folder is RUNS/NAME [default: the recipe's name]"),
        new("runs", OptionGroup.Call, OptionKind.Text, "DIR", "folder that holds the runs") { Default = "runs" },
        new("out", OptionGroup.Call, OptionKind.Text, "PATH", "folder or file to write; bench scale: folder for the network that is saved and loaded [default: a temporary one]"),
        new("force", OptionGroup.Call, OptionKind.Flag, "", "replace what is there"),
        new("resume", OptionGroup.Call, OptionKind.Flag, "", "continue the run in the folder from its last checkpoint"),
        new("dashboard", OptionGroup.Call, OptionKind.Text, "[ADDRESS:]PORT", "serve a live page of the run, /metrics and /health there; without an address for this machine alone; port 0 is any free one"),
        new("json", OptionGroup.Call, OptionKind.Flag, "", "end with one line of JSON on standard output; predict: a line of JSON for each sample"),
        new("quiet", OptionGroup.Call, OptionKind.Flag, "", "no progress"),
        new("input", OptionGroup.Call, OptionKind.Text, "PATH", "samples to predict, in the training data's format; images: a folder or a file [default: the test data]; recover images: a PNG or JPEG file"),
        new("probabilities", OptionGroup.Call, OptionKind.Flag, "", "a column with the network's output for each class"),
        new("percentile", OptionGroup.Call, OptionKind.Number, "Q", "prune hidden neurons at or below this percentile of importance")
            { Minimum = 0, Maximum = 100 },
        new("sweep", OptionGroup.Call, OptionKind.Text, "Q,Q,...", "only report parameters and accuracy for these percentiles")
            { Default = "5,10,15,20,25,30,40,50,60,70,80,90" },
        new("rules", OptionGroup.Call, OptionKind.Text, "NAME,NAME,...", "topology rules to compare [default: all under which no network is dense]")
            { Default = string.Join(',', TopologyRules.SparseNames) },
        new("sparsities", OptionGroup.Call, OptionKind.Text, "S,S,...", "measure at each of these sparsities [default: compare: the network's; bench: 0.95,0.9]"),
        new("seeds", OptionGroup.Call, OptionKind.Whole, "N", "train as often with each rule, from --seed on") { Default = "3", Minimum = 1, Maximum = 1000 },
        new("neurons", OptionGroup.Call, OptionKind.Text, "N,N,...", "neurons of the networks to measure: hidden in all (scale), in each layer (evolution)"),
        new("shapes", OptionGroup.Call, OptionKind.Text, "CxS,CxS,...", "convolutions to measure: channels and side of the images"),
        new("repetitions", OptionGroup.Call, OptionKind.Whole, "N", "how often to measure; the fastest counts") { Minimum = 1, Maximum = 1_000_000 },
        new("nonzeros", OptionGroup.Call, OptionKind.Text, "S,S,...", "weights of the hidden layers, planted or to find: a recovery for each number"),
        new("budgets", OptionGroup.Call, OptionKind.Text, "F,F,...", "weights to keep, as multiples of those planted [default: 1,2]"),
        new("hidden-layers", OptionGroup.Call, OptionKind.Whole, "L", "hidden layers, recovered one after the other") { Default = "1", Minimum = 1, Maximum = 64 },
        new("outputs", OptionGroup.Call, OptionKind.Whole, "K", "outputs of planted networks [default: 1]") { Minimum = 1, Maximum = 4096 },
        new("gates", OptionGroup.Call, OptionKind.Choice, "WHOSE", "gates of a neuron's own weights, which makes rectifiers, or drawn once and fixed")
            { Default = "own", Choices = ["own", "fixed"] },
        new("signs", OptionGroup.Call, OptionKind.Choice, "YESNO", "one output: output weights are 1 or -1, else all are 1 [default: yes; planted: no]")
            { Choices = ["yes", "no"] },
        new("no-bias", OptionGroup.Call, OptionKind.Flag, "", "fit: no constant input"),
        new("variant", OptionGroup.Call, OptionKind.Choice, "NAME", "the steps that do best here, or those of the authors' program")
            { Default = "improved", Choices = ["improved", "reference"] },
        new("steps", OptionGroup.Call, OptionKind.Whole, "T", "steps over the samples for each hidden layer [default: planted 30, images 100, fit 50]")
            { Minimum = 1, Maximum = 1_000_000 },
        new("inner-steps", OptionGroup.Call, OptionKind.Whole, "K", "one output: descents within the support in each step [default: 10]")
            { Minimum = 0, Maximum = 10_000 },
        new("step-size", OptionGroup.Call, OptionKind.Number, "MU", "several outputs: size of every step [default: by the curvature]") { Minimum = 1e-300 },
        new("imp", OptionGroup.Call, OptionKind.Choice, "WHICH", "compare with iterative magnitude pruning: as the paper runs it, a fairer variant, or both")
            { Default = "none", Choices = ["none", "paper", "fairer", "both"] },
        new("imp-epochs", OptionGroup.Call, OptionKind.Whole, "N", "passes over the samples in each round of pruning [default: 15; images 100]")
            { Minimum = 1, Maximum = 1_000_000 },
        new("picture", OptionGroup.Call, OptionKind.Whole, "INDEX", "images: which of the data set's test images, from 0 [default: 0]")
            { Minimum = 0, Maximum = int.MaxValue },
        new("to", OptionGroup.Call, OptionKind.Choice, "FORMAT", "what to write") { Default = "safetensors", Choices = ["safetensors", "npz", "csv", "onnx"] },
        new("initializers", OptionGroup.Call, OptionKind.Choice, "HOW", "onnx: weights as dense tensors, or as sparse ones, which few programs read [default: dense]")
            { Choices = ["dense", "sparse"] },
        new("checkpoint", OptionGroup.Call, OptionKind.Text, "PATH", "serve, inference: the run folder or checkpoint whose predictions to ask for"),
        new("rate", OptionGroup.Call, OptionKind.Number, "R", "serve: requests a second [default: 200]") { Minimum = 0.1, Maximum = 100_000 },
        new("seconds", OptionGroup.Call, OptionKind.Whole, "S", "serve: for how long [default: 60]") { Minimum = 1, Maximum = 86_400 },
    ];

    /// <summary>Names of the options of <paramref name="verb"/>.</summary>
    public static IReadOnlyList<string> Of(string verb) => s_byVerb[verb];
}
