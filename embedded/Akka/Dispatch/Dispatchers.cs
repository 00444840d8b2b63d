using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>The system's dispatchers by the path of their configuration.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    public const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private readonly ConcurrentDictionary<string, MessageDispatcherConfigurator> _configurators = new();
    private readonly ActorSystem _system;
    private MessageDispatcherConfigurator? _only;

    public Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites)
    {
        _system = system;
        Prerequisites = prerequisites;
    }

    public IDispatcherPrerequisites Prerequisites { get; }

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    /// <exception cref="ConfigurationException">There is no such block, or it is not valid.</exception>
    public MessageDispatcher Lookup(string dispatcherName) =>
        (_only ?? _configurators.GetOrAdd(dispatcherName, CreateConfigurator)).Dispatcher();

    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || _system.Settings.Config.HasPath(id);

    /// <summary>Adds a dispatcher that configuration does not have.</summary>
    /// <returns>False if the id is taken.</returns>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) => _configurators.TryAdd(id, configurator);

    /// <summary>Lets one configurator answer for every block, so that a simulation can run all actors itself.</summary>
    internal void UseOnly(MessageDispatcherConfigurator configurator) => _only = configurator;

    /// <summary>Ends the threads of all dispatchers.</summary>
    internal void Shutdown()
    {
        foreach (var configurator in _configurators.Values)
            (configurator as IDisposable)?.Dispose();
    }

    private MessageDispatcherConfigurator CreateConfigurator(string id)
    {
        var config = _system.Settings.Config;
        if (!config.HasPath(id))
            throw new ConfigurationException($"Dispatcher {id} not configured.");
        var block = ConfigurationFactory.ParseString($"id = \"{id}\"")
            .WithFallback(config.GetConfig(id))
            .WithFallback(config.GetConfig(DefaultDispatcherId));
        var type = block.GetString("type", "Dispatcher")!;
        return type switch
        {
            "Dispatcher" or "TaskDispatcher" or "ForkJoinDispatcher" => new DispatcherConfigurator(block, Prerequisites),
            "PinnedDispatcher" => new PinnedDispatcherConfigurator(block, Prerequisites),
            _ => Custom(type, id, block),
        };
    }

    private MessageDispatcherConfigurator Custom(string typeName, string id, Config block)
    {
        var type = Util.TypeExtensions.Resolve(typeName, $"{id}.type");
        return typeof(MessageDispatcherConfigurator).IsAssignableFrom(type)
            ? (MessageDispatcherConfigurator)Activator.CreateInstance(type, block, Prerequisites)!
            : throw new ConfigurationException(
                $"{id}.type is {typeName}; expected Dispatcher, ForkJoinDispatcher, PinnedDispatcher "
                + "or a MessageDispatcherConfigurator class");
    }
}
