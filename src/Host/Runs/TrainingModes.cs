using ActorSparse.Host.Configuration;

namespace ActorSparse.Host.Runs;

/// <summary>The modes of training, as --mode names them.</summary>
internal static class TrainingModes
{
    public const string Sequential = "sequential", Wssp = "wssp";

    /// <summary>Whether training has no workers.</summary>
    public static bool IsAlone(Settings settings) => settings.Text("mode") == Sequential;
}
