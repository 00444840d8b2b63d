using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Makes a new dispatcher with one thread for every actor.</summary>
public class PinnedDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    public override MessageDispatcher Dispatcher() => new PinnedDispatcher(this);
}
