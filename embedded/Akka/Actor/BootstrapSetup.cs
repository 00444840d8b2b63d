using Akka.Configuration;

namespace Akka.Actor;

/// <summary>The configuration a system starts with.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Config? config) => Config = config;

    public Config? Config { get; }

    public static BootstrapSetup Create() => new(null);

    public BootstrapSetup WithConfig(Config config) => new(config);

    public BootstrapSetup WithConfigFallback(Config config) => new(Config?.WithFallback(config) ?? config);
}
