using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Fills in what nobody gave and what depends on the data, as <see cref="TrainingDefaults"/> chooses it.</summary>
internal static class DataDefaults
{
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
            workers = TrainingDefaults.Workers(samples, given, defaultWorkers, givenBatch);
            if (workers != given) chosen["workers"] = workers.ToString(CultureInfo.InvariantCulture);
        }
        var isSynchronous = settings.Text("mode") == TrainingModes.Wssp;
        var makesLocalSteps = isAcrossMachines && !isSynchronous && settings.FindWhole("local-steps") != 1;
        var batch = givenBatch
            ?? (makesLocalSteps ? TrainingDefaults.LocalBatchSize(samples, workers) : TrainingDefaults.BatchSize(samples, workers));
        Choose("batch-size", batch);
        if (isAcrossMachines)
        {
            foreach (var name in (string[])["wire-gradients", "wire-parameters"])
                if (settings.Find(name) is null) chosen[name] = "bf16";
            if (makesLocalSteps) Choose("local-steps", TrainingDefaults.LocalSteps(samples, workers, batch));
        }
        var updates = Math.Max(1, DataShard.TotalBatches(samples, batch) / (isSynchronous ? workers : 1));
        Choose("learning-rate", TrainingDefaults.LearningRate(TrainingSetup.Optimizer(settings), samples, batch, isSynchronous));
        Choose("weight-decay", TrainingDefaults.WeightDecay(updates));
        Choose("evolve-every", TrainingDefaults.EvolveEvery(updates));
        if (settings.Find("network") is not null && settings.Find("epsilon") is null) Choose("sparsity", TrainingDefaults.GraphSparsity);
        else if (settings.Find("sparsity") is null) Choose("epsilon", TrainingDefaults.Epsilon(samples));
        if (settings.Find("output-activation") is null)
            chosen["output-activation"] =
                TrainingDefaults.OutputActivation(settings.Read("loss", SpecNames.ParseLoss), train.Targets).ToString();
        settings = settings.With(chosen);
        if (settings.Find("network") is null && settings.Find("layers") is not null) return settings;
        var outputs = TrainingDefaults.Outputs(settings.Read("output-activation", Activation.Parse), train.Targets);
        return settings.With(settings.Find("network") is not null
            ? new Dictionary<string, string> { ["network"] = NetworkChoice.Text(settings, train, outputs) }
            : new Dictionary<string, string>
                { ["layers"] = SpecNames.FormatLayerSizes([train.FeatureCount, .. TrainingDefaults.HiddenLayers, outputs]) });
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
        return workers == 1 || completed.Text("mode") == TrainingModes.Wssp ? null : TrainingDefaults.Warning(samples, workers, batch);
    }
}
