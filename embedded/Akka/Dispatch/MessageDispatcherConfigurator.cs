using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>
/// Makes the dispatchers of one configuration block. A <c>type</c> that is not built in names a subclass, which is constructed with
/// these two arguments.
/// </summary>
public abstract class MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
{
    public Config Config { get; } = config;

    public IDispatcherPrerequisites Prerequisites { get; } = prerequisites;

    /// <summary>The dispatcher for the next actor: shared or a new one, as the kind demands.</summary>
    public abstract MessageDispatcher Dispatcher();
}
