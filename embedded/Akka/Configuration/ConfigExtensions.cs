using System.Diagnostics.CodeAnalysis;

namespace Akka.Configuration;

/// <summary>Helpers for configurations that may be absent.</summary>
public static class ConfigExtensions
{
    /// <summary>Like <see cref="Config.WithFallback"/>, where either may be null or empty.</summary>
    public static Config? SafeWithFallback(this Config? config, Config? fallback) =>
        config.IsNullOrEmpty() ? fallback
        : ReferenceEquals(config, fallback) ? config
        : config.WithFallback(fallback);

    public static bool IsNullOrEmpty([NotNullWhen(false)] this Config? config) => config is null || config.IsEmpty;
}
