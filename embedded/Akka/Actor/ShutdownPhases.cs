using System.Collections.Immutable;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>One phase of the coordinated shutdown.</summary>
internal sealed record Phase(string Name, IList<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled);

/// <summary>Reads the phases of the coordinated shutdown and puts them in order.</summary>
internal static class ShutdownPhases
{
    /// <summary>All phases, each after those it depends on; among equals in the order of their names.</summary>
    /// <exception cref="ConfigurationException">Phases depend on each other in a circle.</exception>
    public static ImmutableArray<Phase> Read(Config config)
    {
        var phases = new SortedDictionary<string, Phase>(StringComparer.Ordinal);
        var defaultTimeout = config.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        foreach (var (name, _) in config.GetConfig("phases")!.AsEnumerable())
        {
            var phase = config.GetConfig($"phases.{name}") ?? ConfigurationFactory.Empty;
            phases[name] = new Phase(
                name,
                phase.GetStringList("depends-on", []),
                phase.GetTimeSpan("timeout", defaultTimeout, allowInfinite: false),
                phase.GetBoolean("recover", true),
                phase.GetBoolean("enabled", true));
        }

        var ordered = ImmutableArray.CreateBuilder<Phase>();
        var entered = new HashSet<string>();
        foreach (var name in phases.Keys)
            Visit(name);
        return ordered.ToImmutable();

        void Visit(string name)
        {
            if (ordered.Any(phase => phase.Name == name))
                return;
            if (!entered.Add(name))
                throw new ConfigurationException($"akka.coordinated-shutdown.phases: '{name}' depends on itself by way of others");
            var phase = phases.GetValueOrDefault(name) ?? new Phase(name, [], defaultTimeout, true, true);
            foreach (var before in phase.DependsOn)
                Visit(before);
            ordered.Add(phase);
        }
    }
}
