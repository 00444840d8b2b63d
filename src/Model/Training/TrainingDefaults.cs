using System.Globalization;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Graph.Architectures;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Training;

/// <summary>
/// What is chosen by the data where nobody chose: workers, batch size, learning rate, weight decay, the time between evolutions, sparsity,
/// output. docs/training.md says how the numbers were found, and bench/accuracy.sh measures them again.
/// </summary>
internal static class TrainingDefaults
{
    /// <summary>Sparsity of a graph. Blocks of convolutional networks are small: the epsilon of layers would fill most of them.</summary>
    public const double GraphSparsity = 0.9;

    private const int LocalWorkersMax = 4;

    // What all workers have under way at one time is at most this share of the samples, and so many samples.
    private const double UnderWayShare = 1.0 / 50;
    private const int UnderWayMax = 512;

    // With local steps it is at most this share of the samples; three and more workers lose accuracy by as much.
    private const double LocalStepsShare = 1.0 / 8, LocalStepsShareOfMany = 1.0 / 12;
    private const int LocalStepsMax = 128;

    // With fewer steps many workers gain nothing and exchange more.
    private const int LocalStepsUseful = 16;

    // Averages of three and more workers keep up with one at half the batch; smaller ones take too much time.
    private const int LocalUnderWayMax = 256, LocalBatchMin = 64;

    private const int BatchMin = 8, BatchMax = 128;
    private const double AdamRate = 0.003, SgdRate = 0.05;

    // Decay per update: weights that are not learnt fade in about so many epochs, and not faster than in 1,000 updates.
    private const double DecayEpochs = 20, DecayMax = 0.001;

    private const int EvolveEveryMax = 1000;
    private const double EpsilonMin = 5, EpsilonMax = 20, EpsilonPerRoot = 0.0816;

    /// <summary>Neurons of the hidden layers.</summary>
    public static IReadOnlyList<int> HiddenLayers { get; } = [1000, 1000, 1000];

    /// <summary>How many of at most <paramref name="most"/> workers such data can keep busy.</summary>
    /// <param name="samples">Training samples.</param>
    /// <param name="wanted">Workers that were asked for; null if nobody said.</param>
    /// <param name="most">Workers that there may be if nobody said.</param>
    /// <param name="batch">Batch size, if it was given.</param>
    public static int Workers(int samples, int? wanted, int most, int? batch) => Math.Min(
        wanted ?? Math.Clamp(batch is null ? (int)(samples * UnderWayShare / BatchMin) : most, 1, most),
        DataShard.TotalBatches(samples, batch ?? 1));

    /// <summary>Samples of a batch.</summary>
    public static int BatchSize(int samples, int workers) => BatchSize(samples, workers, UnderWayMax);

    /// <summary>Samples of a batch where workers make local steps.</summary>
    public static int LocalBatchSize(int samples, int workers) =>
        Math.Max(BatchSize(samples, workers, LocalUnderWayMax), Math.Min(BatchSize(samples, workers), LocalBatchMin));

    /// <summary>Batches that a worker trains on by itself before it sends what changed.</summary>
    public static int LocalSteps(int samples, int workers, int batch)
    {
        double steps = (double)samples / (workers * batch), most = steps * LocalStepsShare;
        if (workers > 2) most = Math.Min(most, Math.Max(LocalStepsUseful, steps * LocalStepsShareOfMany));
        return (int)Math.Clamp(most, 1, LocalStepsMax);
    }

    /// <summary>
    /// The learning rate. Adam's goes with the root of the batch size (Malladi and others, arXiv 2205.10287), SGD's with the size. Step by step
    /// K gradients make one step, for which the rate is multiplied by K later on: theirs goes with the size, whichever the optimiser is.
    /// </summary>
    public static double LearningRate(OptimizerKind optimizer, int samples, int batch, bool isSynchronous)
    {
        var isAdam = optimizer == OptimizerKind.AdamW;
        var ratio = (double)batch / BatchSize(samples, 1);
        var factor = isAdam && !isSynchronous ? Math.Sqrt(ratio) : ratio;
        return Round((isAdam ? AdamRate : SgdRate) * Math.Clamp(factor, 1.0 / 16, 2));
    }

    /// <summary>Decay of every weight a step.</summary>
    public static double WeightDecay(int updatesPerEpoch) => Round(Math.Min(DecayMax, 1 / (DecayEpochs * updatesPerEpoch)));

    /// <summary>Updates from one evolution to the next.</summary>
    public static int EvolveEvery(int updatesPerEpoch) => Math.Min(updatesPerEpoch, EvolveEveryMax);

    /// <summary>Epsilon of a chain of layers.</summary>
    public static double Epsilon(int samples) => Round(Math.Clamp(EpsilonPerRoot * Math.Sqrt(samples), EpsilonMin, EpsilonMax));

    /// <summary>The loss for such targets.</summary>
    public static LossKind Loss(Targets targets) => targets.Kind switch
    {
        TargetKind.Real => LossKind.MeanSquaredError,
        TargetKind.LabelSets => LossKind.BinaryCrossEntropy,
        _ => LossKind.CrossEntropy,
    };

    /// <summary>Activation of the output layer.</summary>
    public static Activation OutputActivation(LossKind loss, Targets targets) => new(loss switch
    {
        LossKind.BinaryCrossEntropy => ActivationKind.Sigmoid,
        LossKind.MeanSquaredError when targets is RealTargets => ActivationKind.Identity,
        _ => ActivationKind.Softmax,
    });

    /// <summary>Numbers that come out.</summary>
    public static int Outputs(Activation output, Targets targets) =>
        output.Kind == ActivationKind.Sigmoid && targets is ClassTargets { Count: 2 } ? 1 : targets.Count;

    /// <summary>The graph that a name or text (docs/networks.md) stands for, with so many outputs if it is a name.</summary>
    /// <exception cref="InvalidInputException">It is no network, or none for such samples.</exception>
    public static GraphSpec Graph(string network, Func<TensorShape> shape, int outputs) =>
        NamedNetworks.Has(network) ? NamedNetworks.Create(network, shape(), outputs)
        : network.TrimStart().StartsWith('{') ? GraphText.Parse(network)
        : throw new InvalidInputException($"network: neither a JSON object nor a name; expected one of {NamedNetworks.List()}");

    /// <summary>The shape of samples that are images.</summary>
    /// <exception cref="InvalidInputException">They are none.</exception>
    public static TensorShape ShapeOf(Dataset train) => train.ImageShape is { } image
        ? new(image.Channels, image.Height, image.Width)
        : throw new InvalidInputException(
            $"{train.Name} has {train.FeatureCount} features and no images; expected a folder of images, cifar-10, fashion-mnist, or IDX files or arrays of images");

    /// <summary>Why accuracy will be below that of one worker at equal epochs, where workers have too much under way; null if not.</summary>
    public static string? Warning(int samples, int workers, int batch)
    {
        var underWay = (long)workers * batch;
        return underWay <= 2 * Math.Max(BatchMin * workers, Math.Min(samples * UnderWayShare, UnderWayMax)) ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"{workers} workers with batches of {batch} have {underWay:N0} of {samples:N0} samples under way: accuracy at equal epochs "
                    + $"will be below that of one worker; smaller batches help");
    }

    /// <summary>Most workers in one process: one a core.</summary>
    public static int LocalWorkers => Math.Min(Environment.ProcessorCount, LocalWorkersMax);

    /// <summary>What each of so many workers gets of a process's threads, at least one.</summary>
    public static int ThreadsPerWorker(int threads, int workers) => Math.Max(1, threads / workers);

    // The largest power of two that leaves no more under way than pays, and a batch for every worker.
    private static int BatchSize(int samples, int workers, int underWayMax)
    {
        var most = Math.Min(samples * UnderWayShare, underWayMax) / workers;
        var power = most < 1 ? 1 : 1 << int.Log2((int)most);
        return Math.Max(1, Math.Min(Math.Clamp(power, BatchMin, BatchMax), samples / workers));
    }

    // Three digits: what is printed is what is used.
    private static double Round(double value) =>
        double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
