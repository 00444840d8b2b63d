namespace Akka.Event;

/// <summary>Puts arguments into a log format.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object?[] args);
}
