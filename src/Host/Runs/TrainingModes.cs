using ActorSparse.Host.Configuration;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Runs;

/// <summary>Finds the mode of training that was asked for.</summary>
internal static class TrainingModes
{
    public const string Sequential = "sequential", Wssp = "wssp";

    public static ITrainingMode Choose(Settings settings, ITrainingSite site) => settings.Text("mode") switch
    {
        "wasap" => new DistributedMode(TrainingMode.Wasap, site),
        Wssp => new DistributedMode(TrainingMode.Wssp, site),
        _ => new SequentialMode(),
    };
}
