using Akka.Configuration;

namespace ActorSparse.Actors.Tests.Support;

/// <summary>The configuration that the host uses too.</summary>
internal static class TestSettings
{
    public static Config Hocon { get; } =
        ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "laptop.conf")));

    public static ProtocolSettings Protocol { get; } = ProtocolSettings.From(Hocon);
}
