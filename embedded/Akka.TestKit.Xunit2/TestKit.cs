using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2.Internals;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>Base of xUnit tests with an actor system, which lives as long as the instance of the test class: one test.</summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>Where the log goes besides the console; null for nowhere.</summary>
    protected readonly ITestOutputHelper? Output;

    private bool _disposed;

    /// <param name="system">The system of the test; one of its own if null.</param>
    /// <param name="output">Gets the log.</param>
    public TestKit(ActorSystem? system = null, ITestOutputHelper? output = null)
        : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <param name="config">The configuration of the test's system, on top of <see cref="TestKitBase.DefaultConfig"/>.</param>
    /// <param name="actorSystemName">Its name.</param>
    /// <param name="output">Gets the log.</param>
    public TestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <param name="config">The configuration of the test's system as HOCON.</param>
    /// <param name="output">Gets the log.</param>
    public TestKit(string config, ITestOutputHelper? output = null)
        : this(ConfigurationFactory.ParseString(config), null, output)
    {
    }

    protected static XunitAssertions Assertions { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs after the test, before the system is shut down for good.</summary>
    protected virtual void AfterAll() => Shutdown();

    protected void InitializeLogger(ActorSystem system)
    {
        if (Output is not { } output)
            return;

        var logger = ((ExtendedActorSystem)system).SystemActorOf(Props.Create(() => new TestOutputLogger(output)), "log-test");
        logger.Ask<LoggerInitialized>(new InitializeLogger(system.EventStream), GetTimeoutOrDefault(null)).GetAwaiter().GetResult();
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;

        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            ClearImplicitSender();
        }
    }
}
