using ActorSparse.Actors;
using ActorSparse.Host.Configuration;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Finds the mode of training that was asked for.</summary>
internal static class TrainingModes
{
    // Rules that evolve between batches need gradients that only the sequential trainer has at hand.
    public static ITrainingMode Choose(Settings settings, TrainingOptions options, ITrainingSite site) =>
        (settings.Find("mode") ?? (options.Rule.EvolvesAfterEpochs ? "wasap" : "sequential")) switch
    {
        "wasap" => new DistributedMode(TrainingMode.Wasap, site),
        "wssp" => new DistributedMode(TrainingMode.Wssp, site),
        _ => new SequentialMode(),
    };
}
