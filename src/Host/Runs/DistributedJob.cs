using ActorSparse.Host.Configuration;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using RunJob = ActorSparse.Model.Coordination.TrainingJob;

namespace ActorSparse.Host.Runs;

/// <summary>From resolved options to what coordinator and workers take: the same on every node.</summary>
internal static class DistributedJob
{
    public static RunJob Create(
        ulong runId, Settings settings, NetworkSpec spec, TrainingOptions training, int workers, DataPair data, ulong seed,
        string configurationHash) => new()
        {
            RunId = runId,
            Spec = spec,
            Training = training,
            Run = new()
            {
                Mode = settings.Find("mode") == TrainingModes.Wssp ? TrainingMode.Wssp : TrainingMode.Wasap,
                Workers = workers,
                PhaseTwoFraction = settings.Number("phase-two"),
                PhaseTwoTopology = settings.Find("phase-two-topology") == "own" ? PhaseTwoTopology.Own : PhaseTwoTopology.Shared,
                Rounds = settings.FindWhole("rounds"),
                StalenessMaxSteps = settings.FindWhole("staleness-max"),
                StalenessDamping = settings.Number("staleness-damping"),
                GradientFormat = Format(settings, "wire-gradients"),
                ParameterFormat = Format(settings, "wire-parameters"),
            },
            Seed = seed,
            TrainingSet = data.Train,
            TestSet = data.Test,
            Kernels = SparseKernels.Named(settings.Find("kernels")),
            ConfigurationHash = Convert.ToUInt64(configurationHash[..16], 16),
        };

    // Only runs on a cluster have these options.
    private static FloatFormat Format(Settings settings, string name) =>
        settings.Names.Contains(name) && settings.Find(name) is { } format
            ? Enum.Parse<FloatFormat>(format, ignoreCase: true)
            : FloatFormat.Full;
}
