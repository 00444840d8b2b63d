using System.Reflection;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Makes configurations from HOCON texts.</summary>
public class ConfigurationFactory
{
    // Read once: tests and simulations make thousands of systems.
    private static readonly Lazy<Config> Reference =
        new(() => FromResource("Akka.reference.conf", typeof(ConfigurationFactory).Assembly));

    /// <summary>A configuration without keys.</summary>
    public static Config Empty => new(new HoconRoot(new HoconValue()));

    /// <summary>The configuration that a system gets when it is given none. There is no app.config here, so it is empty.</summary>
    public static Config Load() => Empty;

    /// <summary>The runtime's own settings, which lie below those of every system.</summary>
    public static Config Default() => Reference.Value;

    /// <inheritdoc cref="ParseString(string, Func{string, HoconRoot}?)"/>
    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>Parses a HOCON text.</summary>
    /// <param name="hocon">The text.</param>
    /// <param name="includeCallback">Gives the root for the name that an <c>include "name"</c> states.</param>
    /// <exception cref="FormatException">The text is not HOCON; the message begins with line and column.</exception>
    public static Config ParseString(string hocon, Func<string, HoconRoot>? includeCallback) => new(Parser.Parse(hocon, includeCallback));

    /// <summary>Parses a HOCON text that is embedded in an assembly.</summary>
    /// <exception cref="ConfigurationException">The assembly has no such resource.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ConfigurationException($"{assembly.GetName().Name} has no resource {resourceName}");
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
