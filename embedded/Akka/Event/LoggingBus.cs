using Akka.Actor;

namespace Akka.Event;

/// <summary>Publishes objects to the actors that subscribed to their class, log events among them.</summary>
public abstract class LoggingBus
{
    private static readonly LogLevel[] s_levels = [LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel, LogLevel.ErrorLevel];

    private readonly List<IActorRef> _loggers = [];
    private StandardOutLogger? _stdout;
    private LogLevel _stdoutLevel;

    /// <summary>What is below this level is not published.</summary>
    public LogLevel LogLevel { get; private set; }

    public abstract bool Subscribe(IActorRef subscriber, Type classifier);

    public abstract bool Unsubscribe(IActorRef subscriber, Type classifier);

    public abstract bool Unsubscribe(IActorRef subscriber);

    public abstract void Publish(object @event);

    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        lock (_loggers)
        {
            foreach (var logger in _loggers)
                SubscribeFrom(logger, logLevel);
        }
    }

    /// <summary>Until the configured loggers run, and after they have ended, lines go straight to the console.</summary>
    internal void StartStdoutLogger(Settings settings)
    {
        _stdout = new StandardOutLogger();
        _stdoutLevel = Logging.LogLevelFor(settings.StdoutLogLevel);
        LogLevel = _stdoutLevel;
        SubscribeFrom(_stdout, _stdoutLevel);
    }

    /// <exception cref="LoggerInitializationException">A logger cannot be made or does not answer in time.</exception>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var keepStdout = false;
        var level = Logging.LogLevelFor(system.Settings.LogLevel);
        foreach (var name in system.Settings.Loggers)
        {
            var type = Util.TypeExtensions.Resolve(name, "akka.loggers");
            if (type == typeof(StandardOutLogger))
                keepStdout = true;
            else
                AddLogger(system, type, level);
        }

        if (!keepStdout)
            Unsubscribe(_stdout!);
        LogLevel = level;
    }

    internal void StopDefaultLoggers()
    {
        lock (_loggers)
        {
            SubscribeFrom(_stdout!, _stdoutLevel);
            LogLevel = _stdoutLevel;
            foreach (var logger in _loggers)
                Unsubscribe(logger);
            _loggers.Clear();
        }
    }

    private void AddLogger(ActorSystemImpl system, Type type, LogLevel level)
    {
        IActorRef logger;
        lock (_loggers)
        {
            var props = Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher);
            logger = system.SystemActorOf(props, $"log{_loggers.Count + 1}-{type.Name}");
            _loggers.Add(logger);
        }

        try
        {
            logger.Ask<LoggerInitialized>(new InitializeLogger(this), system.Settings.LoggerStartTimeout).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            throw new LoggerInitializationException($"Logger {type} did not start: {failure.Message}", failure);
        }

        SubscribeFrom(logger, level);
    }

    private void SubscribeFrom(IActorRef logger, LogLevel lowest)
    {
        foreach (var level in s_levels)
        {
            if (level >= lowest)
                Subscribe(logger, Logging.EventClassOf(level));
            else
                Unsubscribe(logger, Logging.EventClassOf(level));
        }
    }
}
