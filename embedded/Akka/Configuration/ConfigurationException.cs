using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that is malformed, or a value that is not of the type it was asked for.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
