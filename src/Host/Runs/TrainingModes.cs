using ActorSparse.Host.Configuration;

namespace ActorSparse.Host.Runs;

/// <summary>Finds the mode of training that was asked for.</summary>
internal static class TrainingModes
{
    public static ITrainingMode Choose(Settings settings) => settings.Text("mode") switch
    {
        _ => new SequentialMode(),
    };
}
