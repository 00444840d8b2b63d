using Akka.Actor;

namespace Akka.Event;

/// <summary>First message to a logger actor, which has to answer <see cref="LoggerInitialized"/>.</summary>
public sealed class InitializeLogger(LoggingBus loggingBus) : INoSerializationVerificationNeeded
{
    public LoggingBus LoggingBus { get; } = loggingBus;
}
