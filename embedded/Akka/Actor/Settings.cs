using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The runtime's own settings, read and checked once when the system is created.</summary>
public class Settings
{
    /// <exception cref="ConfigurationException">A setting has a value that is not allowed.</exception>
    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        Config = config.WithFallback(ConfigurationFactory.Default());
        SerializeAllMessages = Config.GetBoolean("akka.actor.serialize-messages");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        LogLevel = ReadLogLevel("akka.loglevel");
        StdoutLogLevel = ReadLogLevel("akka.stdout-loglevel");
        Loggers = Config.GetStringList("akka.loggers");
        LoggersDispatcher = Config.GetString("akka.loggers-dispatcher")!;
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout");
        LogDeadLetters = Config.GetString("akka.log-dead-letters", "") switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => Config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle");
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream");
        SchedulerClass = Config.GetString("akka.scheduler.implementation")!;
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy")!;
        CoordinatedShutdownRunByActorSystemTerminate =
            Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
    }

    public ActorSystem System { get; }

    public ActorSystemSetup Setup { get; }

    /// <summary>The configuration given, with the defaults below it.</summary>
    public Config Config { get; private set; }

    public bool SerializeAllMessages { get; }

    public TimeSpan AskTimeout { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public IList<string> Loggers { get; }

    public string LoggersDispatcher { get; }

    public TimeSpan LoggerStartTimeout { get; }

    /// <summary>How many dead letters are logged before the log falls silent about them.</summary>
    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public bool DebugLifecycle { get; }

    public bool DebugUnhandledMessage { get; }

    public bool DebugEventStream { get; }

    public string SchedulerClass { get; }

    public string SupervisorStrategyClass { get; }

    internal bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Adds configuration below all that is there, such as an extension's defaults.</summary>
    public void InjectTopLevelFallback(Config config) => Config = Config.WithFallback(config);

    public override string ToString() => Config.ToString()!;

    private string ReadLogLevel(string path)
    {
        var level = Config.GetString(path)!;
        _ = Logging.LogLevelFor(level, path);
        return level;
    }
}
