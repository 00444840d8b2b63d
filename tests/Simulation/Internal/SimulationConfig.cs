using System.Runtime.CompilerServices;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Akka.Simulation.Internal;

/// <summary>The settings given, with the simulation in the place of every dispatcher and of the scheduler.</summary>
internal static class SimulationConfig
{
    private static readonly Config s_required = ConfigurationFactory.ParseString("""
        akka {
          loggers = []
          stdout-loglevel = OFF
          log-dead-letters = off
          scheduler.implementation = "Akka.Simulation.Internal.SimulationScheduler, Akka.Simulation"
          coordinated-shutdown { run-by-clr-shutdown-hook = off, run-by-actor-system-terminate = off }
        }
        """);

    private static readonly HashSet<string> s_dispatcherTypes =
        ["Dispatcher", "TaskDispatcher", "PinnedDispatcher", "ForkJoinDispatcher", "SynchronizedDispatcher"];

    private static readonly Config s_empty = ConfigurationFactory.Empty;

    // Thousands of systems are made from the same settings; one walk over them is enough.
    private static readonly ConditionalWeakTable<Config, Config> s_made = [];

    internal static Config From(Config? config) => s_made.GetValue(config ?? s_empty, static given =>
    {
        var all = given.WithFallback(ConfigurationFactory.Default()).Root.GetObject();
        return s_required.WithFallback(ConfigurationFactory.ParseString(DispatchersIn(all))).WithFallback(given);
    });

    // Akka.NET has no setting for all dispatchers: each is replaced where it is defined.
    private static string DispatchersIn(HoconObject section) => string.Concat(section.Items.Select(item => item switch
    {
        (var name, var value) when value.IsObject() =>
            DispatchersIn(value.GetObject()) is { Length: > 0 } inner ? $"\"{name}\" {{\n{inner}}}\n" : "",
        ("type", var value) when value.IsString() && s_dispatcherTypes.Contains(value.GetString()) =>
            "type = \"Akka.Simulation.Internal.SimulationDispatcherConfigurator, Akka.Simulation\"\n",
        _ => "",
    }));
}
