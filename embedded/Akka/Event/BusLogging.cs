namespace Akka.Event;

/// <summary>Logs by publishing on a bus, if its level asks for it.</summary>
public class BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter formatter) : LoggingAdapterBase(formatter)
{
    private readonly LoggingBus _bus = bus;

    public override bool IsDebugEnabled => _bus.LogLevel <= LogLevel.DebugLevel;

    public override bool IsInfoEnabled => _bus.LogLevel <= LogLevel.InfoLevel;

    public override bool IsWarningEnabled => _bus.LogLevel <= LogLevel.WarningLevel;

    public override bool IsErrorEnabled => _bus.LogLevel <= LogLevel.ErrorLevel;

    public string LogSource { get; } = logSource;

    public Type LogClass { get; } = logClass;

    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null) => _bus.Publish(logLevel switch
    {
        LogLevel.DebugLevel => new Debug(cause, LogSource, LogClass, message),
        LogLevel.InfoLevel => new Info(cause, LogSource, LogClass, message),
        LogLevel.WarningLevel => new Warning(cause, LogSource, LogClass, message),
        _ => new Error(cause, LogSource, LogClass, message),
    });
}
