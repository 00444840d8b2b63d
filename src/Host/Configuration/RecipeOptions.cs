using ActorSparse.Model;

namespace ActorSparse.Host.Configuration;

/// <summary>The options that a recipe can hold. docs/training.md says how defaults were chosen.</summary>
internal static class RecipeOptions
{
    public static OptionDefinition[] Data { get; } =
    [
        new("dataset", OptionGroup.Data, OptionKind.Choice, "KIND", "where the samples come from")
            { Default = "files", Choices = ["files", "fashion-mnist", "cifar-10", "madelon", "planted"] },
        new("train", OptionGroup.Data, OptionKind.Text, "PATH", "training samples: a file, or a folder with a folder of images for each class (or such folders named train and test)"),
        new("train-labels", OptionGroup.Data, OptionKind.Text, "FILE", "labels of the training samples, where they are apart"),
        new("test", OptionGroup.Data, OptionKind.Text, "PATH", "test samples: a file, or a folder as for --train"),
        new("validation", OptionGroup.Data, OptionKind.Text, "SHARE|PATH",
            "samples that epochs are evaluated on: a share of the training samples, of each class, or a file as for --test; test samples are then looked at once, at the end"),
        new("test-labels", OptionGroup.Data, OptionKind.Text, "FILE", "labels of the test samples, where they are apart"),
        new("format", OptionGroup.Data, OptionKind.Choice, "FORMAT", "format of the files; a table has columns separated by commas or blanks")
            { Default = "auto", Choices = ["auto", "idx", "table", "libsvm", "numpy", "images"] },
        new("label", OptionGroup.Data, OptionKind.Text, "COLUMN",
            "which column of a table is the label: last, first, a name or a number from 1; none: labels are in a file of their own, or not known")
            { Default = "last" },
        new("targets", OptionGroup.Data, OptionKind.Text, "A,B,C", "columns of a table that are real targets or labels of 0 and 1: names or numbers from 1"),
        new("ignore", OptionGroup.Data, OptionKind.Text, "A,B", "columns of a table to leave out, such as identifiers: names or numbers from 1"),
        new("columns", OptionGroup.Data, OptionKind.Text, "A,B", "columns of a table that are features [default: all that are no label or target]"),
        new("missing", OptionGroup.Data, OptionKind.Choice, "HOW", "what an empty field of a table, NA, NaN, null or ? becomes, by the training samples [default: refuse]")
            { Choices = ["refuse", "mean", "median"] },
        new("categories", OptionGroup.Data, OptionKind.Text, "WHICH", "columns of words in a table as a feature for each word: auto, refuse, or A,B [default: auto]"),
        new("header", OptionGroup.Data, OptionKind.Choice, "YESNO", "whether a table begins with column names")
            { Default = "auto", Choices = ["auto", "yes", "no"] },
        new("encoding", OptionGroup.Data, OptionKind.Text, "NAME", "of text files: utf-8, latin-1, windows-1252, utf-16 [default: utf-8]"),
        new("decimal", OptionGroup.Data, OptionKind.Choice, "CHARACTER", "before the decimals of numbers in tables [default: .]") { Choices = [".", ","] },
        new("libsvm-base", OptionGroup.Data, OptionKind.Choice, "BASE", "index of the first feature in LIBSVM files")
            { Default = "auto", Choices = ["auto", "0", "1"] },
        new("features", OptionGroup.Data, OptionKind.Whole, "N", "number of features, where LIBSVM files may lack the last ones, or to generate (planted)")
            { Minimum = 1, Maximum = int.MaxValue },
        new("classes", OptionGroup.Data, OptionKind.Whole, "N", "number of classes, where the data cannot tell, or to generate (planted)")
            { Minimum = 2, Maximum = int.MaxValue },
        new("holdout", OptionGroup.Data, OptionKind.Number, "FRACTION", "share of the training samples, of each class, to test on where there are no test samples")
            { Default = "0.2", Minimum = 0.0001, Maximum = 0.9999 },
        new("standardise", OptionGroup.Data, OptionKind.Choice, "HOW", "scaling by the training set's mean and deviation [auto: scale only, where most values are missing in sparse data]")
            { Default = "auto", Choices = ["auto", "full", "scale", "none"] },
        new("resize", OptionGroup.Data, OptionKind.Text, "HxW", "resample the images of folders to this height and width [default: all have one size]"),
        new("channels", OptionGroup.Data, OptionKind.Choice, "N", "1: grey, 3: red, green, blue [default: 1 if all images of a folder are grey]")
            { Choices = ["1", "3"] },
        new("augment", OptionGroup.Data, OptionKind.Flag, "", "vary training images at random"),
        new("augmentation", OptionGroup.Data, OptionKind.Choice, "KIND",
            "how: rotate and shift by fractions of pixels (affine), or shift by whole ones (crop) [default: affine]")
            { Choices = ["affine", "crop"] },
        new("shift-max", OptionGroup.Data, OptionKind.Number, "FRACTION", "largest shift, of height and width (affine) [default: 0.1]")
            { Minimum = 0, Maximum = 1 },
        new("rotation-max", OptionGroup.Data, OptionKind.Number, "DEGREES", "largest rotation (affine) [default: 10]")
            { Minimum = 0, Maximum = 180 },
        new("crop-padding", OptionGroup.Data, OptionKind.Whole, "PIXELS", "largest shift; what moves in is the mean image (crop) [default: 4]")
            { Minimum = 0, Maximum = 1 << 15 },
        new("no-flips", OptionGroup.Data, OptionKind.Flag, "", "do not mirror images left to right, as for digits (affine and crop)"),
        new("samples", OptionGroup.Data, OptionKind.Whole, "N", "training samples to generate") { Minimum = 1, Maximum = int.MaxValue },
        new("test-samples", OptionGroup.Data, OptionKind.Whole, "N", "test samples to generate") { Minimum = 1, Maximum = int.MaxValue },
        new("feature-density", OptionGroup.Data, OptionKind.Number, "FRACTION", "share of features to generate that are not zero (planted)")
            { Minimum = 1e-9, Maximum = 1 },
        new("label-noise", OptionGroup.Data, OptionKind.Number, "P", "probability of a wrong label in generated samples") { Minimum = 0, Maximum = 1 },
        new("data-seed", OptionGroup.Data, OptionKind.Whole, "S", "of generated samples and of the hold-out") { Default = "1", Minimum = 0 },
    ];

    public static OptionDefinition[] Network { get; } =
    [
        new("layers", OptionGroup.Network, OptionKind.Text, "N-N-N", "neurons of every layer, input first: 784-1000-10 [default: 1000-1000-1000 between what the data has]") { ListSeparator = '-' },
        new("network", OptionGroup.Network, OptionKind.Text, "NAME",
            "a network that is no chain of layers, instead of --layers: resnet-20, ... or a file (docs/networks.md)"),
        new("activation", OptionGroup.Network, OptionKind.Text, "NAME", "of hidden layers: all-relu[:a], relu, leaky-relu[:a], sigmoid, tanh, identity")
            { Default = "relu" },
        new("output-activation", OptionGroup.Network, OptionKind.Text, "NAME", "of the output layer: softmax, sigmoid, identity, ... [default: by the loss]"),
        new("loss", OptionGroup.Network, OptionKind.Choice, "NAME", "what training minimises: of classes, of real targets, of several labels a sample")
            { Default = "cross-entropy", Choices = ["cross-entropy", "mean-squared-error", "binary-cross-entropy"] },
        new("label-smoothing", OptionGroup.Network, OptionKind.Number, "S", "share of a target spread over all classes (cross-entropy) [default: 0]")
            { Minimum = 0, Maximum = 0.999999 },
        new("initializer", OptionGroup.Network, OptionKind.Choice, "NAME", "how weights begin")
            { Default = "fan-in", Choices = ["he-uniform", "xavier", "normal", "zero", "fan-in"] },
        new("epsilon", OptionGroup.Network, OptionKind.Number, "E", "connections of a layer: about E x (inputs + outputs) [default: 5 to 20, by the number of samples]")
            { Minimum = 1e-6 },
        new("sparsity", OptionGroup.Network, OptionKind.Number, "S", "share of all connections that the network lacks; takes the place of --epsilon [default: of --network 0.9]")
            { Minimum = 0, Maximum = 0.999999 },
        new("distribution", OptionGroup.Network, OptionKind.Choice, "NAME",
            "how connections are spread over layers: by their neurons, with kernels by their sides, or evenly [default: erdos-renyi]")
            { Choices = ["erdos-renyi", "erdos-renyi-kernel", "uniform"] },
    ];

    public static OptionDefinition[] Training { get; } =
    [
        new("mode", OptionGroup.Training, OptionKind.Choice, "NAME",
            "one trainer, or workers, asynchronously or step by step")
            { Default = "wasap", Choices = ["sequential", "wasap", "wssp"] },
        new("workers", OptionGroup.Training, OptionKind.Whole, "K", "each with a part of the samples [default: one a core, at most 4, as the samples allow]")
            { Minimum = 1, Maximum = 4096 },
        new("phase-two", OptionGroup.Training, OptionKind.Number, "FRACTION", "share of the epochs in which workers train alone")
            { Default = "0.3", Minimum = 0, Maximum = 1 },
        new("phase-two-topology", OptionGroup.Training, OptionKind.Choice, "WHOSE",
            "in that share the average evolves between rounds, or every worker's own network by itself")
            { Default = "shared", Choices = ["shared", "own"] },
        new("rounds", OptionGroup.Training, OptionKind.Whole, "R",
            "averages of the workers' networks in that share [default: one an epoch; with own topologies 1]")
            { Minimum = 1, Maximum = int.MaxValue },
        new("local-steps", OptionGroup.Training, OptionKind.Whole, "H",
            "batches that a worker trains on by itself before it sends what changed [default: 1; across machines by samples and workers]")
            { Minimum = 1, Maximum = 4096 },
        new("staleness-max", OptionGroup.Training, OptionKind.Whole, "S", "staler gradients are computed anew [default: no bound]")
            { Minimum = 0, Maximum = int.MaxValue },
        new("staleness-damping", OptionGroup.Training, OptionKind.Number, "D", "a gradient of staleness s counts 1 / (1 + D s)")
            { Default = "0", Minimum = 0 },
        new("batch-size", OptionGroup.Training, OptionKind.Whole, "N", "samples of a mini-batch [default: 8 to 128, by samples and workers]")
            { Minimum = 1, Maximum = 1 << 20 },
        new("optimizer", OptionGroup.Training, OptionKind.Choice, "NAME", "what makes steps of gradients")
            { Default = "adamw", Choices = ["adamw", "sgd"] },
        new("learning-rate", OptionGroup.Training, OptionKind.Number, "R", "step size [default: adamw 0.003, sgd 0.05; smaller where workers make batches smaller]")
            { Minimum = 0 },
        new("schedule", OptionGroup.Training, OptionKind.Text, "NAME", "of the rate: [warmup:EPOCHS+]constant, cosine[:FINAL[%]], step:EPOCH,EPOCH:FACTOR")
            { Default = "warmup:1+cosine:10%" },
        new("momentum", OptionGroup.Training, OptionKind.Number, "M", "momentum; adamw's beta 1") { Default = "0.9", Minimum = 0, Maximum = 0.999999 },
        new("beta2", OptionGroup.Training, OptionKind.Number, "B", "decay of the mean square of gradients (adamw)")
            { Default = "0.999", Minimum = 0, Maximum = 0.999999 },
        new("clip-norm", OptionGroup.Training, OptionKind.Number, "N", "gradients of a larger norm are scaled down to it; 0: never")
            { Default = "1", Minimum = 0 },
        new("nesterov", OptionGroup.Training, OptionKind.Flag, "", "Nesterov momentum (sgd)"),
        new("weight-decay", OptionGroup.Training, OptionKind.Number, "L", "decay of every weight a step; falls as the rate does [default: by updates an epoch]")
            { Minimum = 0, Maximum = 1 },
        new("dropout", OptionGroup.Training, OptionKind.Number, "P", "share of hidden activations dropped while training")
            { Default = "0.1", Minimum = 0, Maximum = 0.99 },
        new("activations", OptionGroup.Training, OptionKind.Choice, "FORMAT", "what the products of fully connected layers read: all bits, or 16 of them")
            { Default = "full", Choices = ["full", "bf16"] },
        new("class-weights", OptionGroup.Training, OptionKind.Text, "W,W,...", "weight of each class in the loss: none, balanced, or W,W,...") { Default = "none" },
        new("rule", OptionGroup.Training, OptionKind.Choice, "NAME", "how the topology evolves")
            { Default = "gse-uniform", Choices = TopologyRules.Names, Alias = "grow" },
        new("zeta", OptionGroup.Training, OptionKind.Number, "Z", "share of a layer's connections replaced after each epoch, falling to 0 with set-zero (set, set-zero)")
            { Default = "0.3", Minimum = 0, Maximum = 1 },
        new("prune-fraction", OptionGroup.Training, OptionKind.Number, "A", "share of the connections replaced at first, falling to 0 (gse-*, rigl)")
            { Default = "0.2", Minimum = 0, Maximum = 1 },
        new("grow-subset", OptionGroup.Training, OptionKind.Number, "G", "candidates drawn for each connection (gse-*; baselines: docs/baselines.md)") { Default = "1", Minimum = 1e-6 },
        new("evolve-every", OptionGroup.Training, OptionKind.Whole, "UPDATES", "updates between evolutions (gse-*, rigl; baselines) [default: an epoch's, at most 1000]")
            { Minimum = 1, Maximum = int.MaxValue },
        new("evolve-until", OptionGroup.Training, OptionKind.Number, "FRACTION", "share of the training after which nothing evolves (gse-*, rigl; baselines)")
            { Default = "0.6", Minimum = 0, Maximum = 1 },
        new("budget", OptionGroup.Training, OptionKind.Choice, "SCOPE", "whose number of connections stays as it is (gse-*, rigl)")
            { Default = "layer", Choices = ["layer", "global"] },
        new("importance-from", OptionGroup.Training, OptionKind.Whole, "EPOCH", "epoch from which unimportant neurons are pruned [default: never]") { Minimum = 1, Maximum = int.MaxValue },
        new("importance-every", OptionGroup.Training, OptionKind.Whole, "EPOCHS", "epochs between importance prunings [default: 20, in mode sequential 10]")
            { Minimum = 1, Maximum = int.MaxValue },
        new("importance-percentile", OptionGroup.Training, OptionKind.Number, "Q",
            "percentile at or below which living neurons are pruned [default: 10, in mode sequential 20]") { Minimum = 0, Maximum = 100 },
        new("importance-minimum", OptionGroup.Training, OptionKind.Number, "FRACTION", "share of a layer's neurons that always lives")
            { Default = "0.01", Minimum = 0, Maximum = 1 },
        new("seed", OptionGroup.Training, OptionKind.Whole, "S", "of all random choices") { Default = "1", Minimum = 0 },
    ];

    public static OptionDefinition[] Wire { get; } =
    [
        new("wire-gradients", OptionGroup.Wire, OptionKind.Choice, "FORMAT", "numbers of gradients between machines [default: bf16]")
            { Choices = ["full", "bf16", "fp16"] },
        new("wire-parameters", OptionGroup.Wire, OptionKind.Choice, "FORMAT", "numbers of parameters between machines [default: bf16]")
            { Choices = ["full", "bf16", "fp16"] },
    ];

    public static OptionDefinition[] Run { get; } =
    [
        new("data-dir", OptionGroup.Run, OptionKind.Text, "DIR", "folder that holds data sets") { EnvironmentAlias = "ACTORSPARSE_DATA" },
        new("epochs", OptionGroup.Run, OptionKind.Whole, "N", "passes over the training samples") { Default = "100", Minimum = 1, Maximum = int.MaxValue },
        new("patience", OptionGroup.Run, OptionKind.Whole, "EPOCHS", "end after so many epochs without a better score on the validation samples [default: never]")
            { Minimum = 1, Maximum = int.MaxValue },
        new("threads", OptionGroup.Run, OptionKind.Whole, "N", "threads of the arithmetic; results do not depend on it, but with local steps [default: all cores]")
            { Minimum = 1, Maximum = 1024 },
        new("kernels", OptionGroup.Run, OptionKind.Text, "NAME", "vector width of the arithmetic: 512, 256, 128 or scalar [default: the widest here]"),
        new("evaluate-every", OptionGroup.Run, OptionKind.Whole, "EPOCHS", "epochs between evaluations") { Default = "1", Minimum = 1, Maximum = int.MaxValue },
        new("checkpoint-every", OptionGroup.Run, OptionKind.Whole, "EPOCHS", "also keep a checkpoint every so many epochs; 0: only last and best")
            { Default = "0", Minimum = 0 },
    ];
}
