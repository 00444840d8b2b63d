using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>
/// Fills in what nobody gave and what depends on the data: layers, sparsity, workers, batch size, learning rate, weight decay and the time
/// between evolutions, output. docs/training.md says how the numbers were chosen, and bench/accuracy measures them again.
/// </summary>
internal static class DataDefaults
{
    /// <summary>What all workers have under way at one time is at most this share of the samples, and so many samples.</summary>
    private const double UnderWayShare = 1.0 / 50;
    private const int UnderWayMax = 512;

    /// <summary>With local steps it is at most this share of the samples; three and more workers lose accuracy by as much.</summary>
    private const double LocalStepsShare = 1.0 / 8, LocalStepsShareOfMany = 1.0 / 12;
    private const int LocalStepsMax = 128;

    // With fewer steps many workers gain nothing and exchange more (docs/training.md).
    private const int LocalStepsUseful = 16;

    // Averages of three and more workers keep up with one at half the batch; smaller ones take too much time (docs/training.md).
    private const int LocalUnderWayMax = 256, LocalBatchMin = 64;

    private const int BatchMin = 8, BatchMax = 128;
    private const double AdamRate = 0.003, SgdRate = 0.05;

    // Decay per update: weights that are not learnt fade in about so many epochs, and not faster than in 1,000 updates.
    private const double DecayEpochs = 20, DecayMax = 0.001;

    private const int EvolveEveryMax = 1000;
    private const double EpsilonMin = 5, EpsilonMax = 20, EpsilonPerRoot = 0.0816;

    // Blocks of convolutional networks are small: such an epsilon would fill most of them.
    private const double GraphSparsity = 0.9;

    /// <summary>The settings with all values that training needs.</summary>
    /// <param name="settings">What was given.</param>
    /// <param name="train">The training samples.</param>
    /// <param name="defaultWorkers">Workers if nobody says how many; 0 for a mode without workers.</param>
    /// <param name="isAcrossMachines">Whether what workers send goes over a network.</param>
    public static Settings Complete(Settings settings, Dataset train, int defaultWorkers, bool isAcrossMachines = false)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(train);
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        void Choose(string name, double value)
        {
            if (settings.Find(name) is null) chosen[name] = value.ToString("R", CultureInfo.InvariantCulture);
        }

        var samples = train.SampleCount;
        var givenBatch = settings.FindWhole("batch-size");
        var workers = 1;
        if (defaultWorkers > 0)
        {
            var given = settings.FindWhole("workers");
            var wanted = given
                ?? Math.Clamp(givenBatch is null ? (int)(samples * UnderWayShare / BatchMin) : defaultWorkers, 1, defaultWorkers);
            workers = Math.Min(wanted, DataShard.TotalBatches(samples, givenBatch ?? 1));
            if (workers != given) chosen["workers"] = workers.ToString(CultureInfo.InvariantCulture);
        }
        var alone = Batch(samples, 1);
        var batch = givenBatch ?? Batch(samples, workers);
        var makesLocalSteps = isAcrossMachines && settings.Text("mode") != TrainingModes.Wssp && settings.FindWhole("local-steps") != 1;
        if (makesLocalSteps && givenBatch is null) batch = Math.Max(Batch(samples, workers, LocalUnderWayMax), Math.Min(batch, LocalBatchMin));
        Choose("batch-size", batch);
        var isSynchronous = settings.Text("mode") == TrainingModes.Wssp;
        if (isAcrossMachines)
        {
            foreach (var name in (string[])["wire-gradients", "wire-parameters"])
                if (settings.Find(name) is null) chosen[name] = "bf16";
            if (makesLocalSteps) Choose("local-steps", LocalSteps(samples, workers, batch));
        }
        var updates = Math.Max(1, DataShard.TotalBatches(samples, batch) / (isSynchronous ? workers : 1));
        Choose("learning-rate", Rate(settings, (double)batch / alone, isSynchronous));
        Choose("weight-decay", Round(Math.Min(DecayMax, 1 / (DecayEpochs * updates))));
        Choose("evolve-every", Math.Min(updates, EvolveEveryMax));
        if (settings.Find("network") is not null && settings.Find("epsilon") is null) Choose("sparsity", GraphSparsity);
        else if (settings.Find("sparsity") is null) Choose("epsilon", Round(Math.Clamp(EpsilonPerRoot * Math.Sqrt(samples), EpsilonMin, EpsilonMax)));
        if (settings.Find("output-activation") is null) chosen["output-activation"] = OutputActivation(settings, train);
        settings = settings.With(chosen);
        if (settings.Find("network") is not null)
            return settings.With(new Dictionary<string, string> { ["network"] = NetworkChoice.Text(settings, train, Outputs(settings, train)) });
        return settings.Find("layers") is not null ? settings : settings.With(new Dictionary<string, string>
        {
            ["layers"] = $"{train.FeatureCount}-1000-1000-1000-{Outputs(settings, train)}",
        });
    }

    /// <summary>What the user should know of how workers, batches and data go together; null if nothing.</summary>
    /// <param name="given">The settings before they were completed.</param>
    /// <param name="completed">The settings after.</param>
    /// <param name="samples">Training samples.</param>
    public static string? Warning(Settings given, Settings completed, int samples)
    {
        if (TrainingModes.IsAlone(completed)) return null;
        var (workers, batch) = (completed.Whole("workers"), completed.Whole("batch-size"));
        if (given.FindWhole("workers") is { } wanted && wanted > workers)
            return string.Create(CultureInfo.InvariantCulture,
                $"{wanted} workers were asked for and {workers} train: {samples:N0} samples make "
                    + $"{DataShard.TotalBatches(samples, batch)} batches of {batch}");
        if (workers == 1 || completed.Text("mode") == TrainingModes.Wssp) return null;
        var underWay = (long)workers * batch;
        return underWay <= 2 * Math.Max(BatchMin * workers, Math.Min(samples * UnderWayShare, UnderWayMax)) ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"{workers} workers with batches of {batch} have {underWay:N0} of {samples:N0} samples under way: accuracy at equal epochs "
                    + $"will be below that of one worker; smaller batches help");
    }

    private static int LocalSteps(int samples, int workers, int batch)
    {
        double steps = (double)samples / (workers * batch), most = steps * LocalStepsShare;
        if (workers > 2) most = Math.Min(most, Math.Max(LocalStepsUseful, steps * LocalStepsShareOfMany));
        return (int)Math.Clamp(most, 1, LocalStepsMax);
    }

    // The largest power of two that leaves no more under way than pays, and a batch for every worker.
    private static int Batch(int samples, int workers, int underWayMax = UnderWayMax)
    {
        var most = Math.Min(samples * UnderWayShare, underWayMax) / workers;
        var power = most < 1 ? 1 : 1 << int.Log2((int)most);
        return Math.Max(1, Math.Min(Math.Clamp(power, BatchMin, BatchMax), samples / workers));
    }

    // Adam's rate goes with the root of the batch size (Malladi and others, arXiv 2205.10287), SGD's with the size. Step by step K gradients
    // make one step, for which the rate is multiplied by K later on: theirs goes with the size, whichever the optimiser is.
    private static double Rate(Settings settings, double ratio, bool isSynchronous)
    {
        var isAdam = settings.Text("optimizer") == "adamw";
        var factor = isAdam && !isSynchronous ? Math.Sqrt(ratio) : ratio;
        return Round((isAdam ? AdamRate : SgdRate) * Math.Clamp(factor, 1.0 / 16, 2));
    }

    // Three digits: what is printed is what is used.
    private static double Round(double value) =>
        double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string OutputActivation(Settings settings, Dataset train) => settings.Read("loss", SpecNames.ParseLoss) switch
    {
        LossKind.BinaryCrossEntropy => "sigmoid",
        LossKind.MeanSquaredError when train.Targets is RealTargets => "identity",
        _ => "softmax",
    };

    private static int Outputs(Settings settings, Dataset train)
    {
        var output = settings.Read("output-activation", Activation.Parse);
        return output.Kind == ActivationKind.Sigmoid && train.Targets is ClassTargets { Count: 2 } ? 1 : train.Targets.Count;
    }
}
