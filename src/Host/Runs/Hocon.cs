using Akka.Configuration;

namespace ActorSparse.Host.Runs;

/// <summary>The Akka configurations that come with the program.</summary>
internal static class Hocon
{
    /// <summary>Reads hocon/NAME.conf.</summary>
    public static Config Load(string name) =>
        ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", name + ".conf")));
}
