using Akka.Actor;
using Akka.Conformance.Support;
using Akka.Event;

namespace Akka.Conformance.Events;

/// <summary>Log levels, log events and loggers.</summary>
public sealed class LoggingTests : ConformanceTest
{
    [Theory]
    [InlineData("DEBUG", "Debug Info Warning Error")]
    [InlineData("INFO", "Info Warning Error")]
    [InlineData("WARNING", "Warning Error")]
    [InlineData("ERROR", "Error")]
    [InlineData("OFF", "")]
    public async Task The_level_in_the_configuration_decides_what_is_published(string level, string expected)
    {
        var system = ActorSystem.Create("logging", $"akka {{ stdout-loglevel = OFF, loggers = [], loglevel = {level} }}");
        var log = Logging.GetLogger(system, "source");
        var seen = new List<string>();
        var probe = system.ActorOf(LambdaActor.Props((message, context) =>
        {
            if (message is LogEvent { LogSource: var source } entry && source.StartsWith("source", StringComparison.Ordinal))
            {
                seen.Add(entry.GetType().Name);
            }
            else if (message is "done")
            {
                context.Sender.Tell(string.Join(' ', seen));
            }
        }));
        system.EventStream.Subscribe(probe, typeof(LogEvent));

        log.Debug("debug");
        log.Info("info");
        log.Warning("warning");
        log.Error("error");

        Assert.Equal(expected, await probe.Ask<string>("done", Patience));
        Assert.Equal(expected.Contains("Debug", StringComparison.Ordinal), log.IsDebugEnabled);
        Assert.Equal(expected.Contains("Info", StringComparison.Ordinal), log.IsInfoEnabled);
        Assert.Equal(expected.Contains("Warning", StringComparison.Ordinal), log.IsWarningEnabled);
        Assert.Equal(expected.Contains("Error", StringComparison.Ordinal), log.IsErrorEnabled);
        await system.Terminate();
    }

    [Fact]
    public void A_log_event_carries_source_message_cause_and_thread()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var error = new CrashException("boom");

        Logging.GetLogger(Sys, "source").Error(error, "trouble with {0} of {1}", 2, "three");

        var entry = ExpectMsg<Error>();
        Assert.Same(error, entry.Cause);
        Assert.Equal("trouble with 2 of three", entry.Message.ToString());
        Assert.StartsWith("source", entry.LogSource, StringComparison.Ordinal);
        Assert.Equal(LogLevel.ErrorLevel, entry.LogLevel());
        Assert.NotNull(entry.Thread);
        Assert.InRange(entry.Timestamp, DateTime.UtcNow.AddDays(-1), DateTime.UtcNow.AddDays(1));
    }

    [Fact]
    public void Text_without_arguments_is_taken_as_it_is()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));

        Logging.GetLogger(Sys, "source").Warning("braces { and } stay");

        Assert.Equal("braces { and } stay", ExpectMsg<Warning>().Message.ToString());
    }

    [Fact]
    public async Task Loggers_named_in_the_configuration_get_the_events()
    {
        var system = ActorSystem.Create("logging", $$"""
            akka { stdout-loglevel = OFF, loglevel = INFO, loggers = ["{{typeof(ForwardingLogger).AssemblyQualifiedName}}"] }
            """);
        ForwardingLogger.Target = TestActor;

        system.Log.Info("to the logger");

        FishForMessage(message => message is Info entry && entry.Message.ToString() == "to the logger", Patience);
        await system.Terminate();
    }

    [Fact]
    public void EventFilter_counts_what_matches()
    {
        var log = Logging.GetLogger(Sys, "source");

        EventFilter.Warning("careful").Expect(2, () =>
        {
            log.Warning("careful");
            log.Warning("something else");
            log.Warning("careful");
        });
    }

    private sealed class ForwardingLogger : ReceiveActor
    {
        public ForwardingLogger()
        {
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<LogEvent>(entry => Target.Tell(entry));
        }

        public static IActorRef Target { get; set; } = Nobody.Instance;
    }
}
