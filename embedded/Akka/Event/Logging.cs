using Akka.Actor;
using Akka.Configuration;

namespace Akka.Event;

/// <summary>Makes loggers and reads log levels.</summary>
public static class Logging
{
    /// <summary>A logger with the current actor's path as its source.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null) =>
        new BusLogging(
            context.System.EventStream,
            context.Self.Path.ToString(),
            (context as ActorCell)?.Actor?.GetType() ?? context.Props.Type,
            logMessageFormatter ?? DefaultLogMessageFormatter.Instance);

    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        new BusLogging(
            system.EventStream,
            logSourceObj is IActorRef ? SourceOf(logSourceObj) : $"{SourceOf(logSourceObj)} ({system})",
            ClassOf(logSourceObj),
            logMessageFormatter ?? DefaultLogMessageFormatter.Instance);

    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null) =>
        new BusLogging(
            loggingBus, SourceOf(logSourceObj), ClassOf(logSourceObj), logMessageFormatter ?? DefaultLogMessageFormatter.Instance);

    /// <summary>The level that configuration calls DEBUG, INFO, WARNING or ERROR; one above all levels for OFF.</summary>
    /// <exception cref="ArgumentException">The name is none of these.</exception>
    public static LogLevel LogLevelFor(string? logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => OffLevel,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid values are: OFF, DEBUG, INFO, WARNING, ERROR"),
    };

    internal const LogLevel OffLevel = (LogLevel)int.MaxValue;

    internal static LogLevel LogLevelFor(string? logLevel, string setting)
    {
        try
        {
            return LogLevelFor(logLevel);
        }
        catch (ArgumentException failure)
        {
            throw new ConfigurationException($"{setting}: {failure.Message}", failure);
        }
    }

    internal static Type EventClassOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        _ => typeof(Error),
    };

    private static string SourceOf(object source) => source switch
    {
        string text => text,
        Type type => type.Name,
        IActorRef actorRef => actorRef.Path.ToString(),
        _ => source.GetType().Name,
    };

    private static Type ClassOf(object source) => source switch
    {
        string => typeof(string),
        Type type => type,
        _ => source.GetType(),
    };
}
