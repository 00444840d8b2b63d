using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// Writes what Akka.NET logs to standard error, at most a few lines of one origin in a while: the rest is counted. Otherwise whoever can
/// reach the port could fill a disk with complaints about him.
/// </summary>
internal sealed class NodeLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private const int LinesMax = 5;
    private const string Remoting = "Akka.Remote";
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    // That a connection ended or did not come about; the types are internal to Akka.Remote.
    private static readonly string[] s_expected = ["EndpointDisassociatedException", "EndpointAssociationException"];

    private readonly Dictionary<Type, (long Began, int Lines)> _origins = [];

    /// <summary>Created by Akka.NET.</summary>
    public NodeLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    /// <summary>
    /// What is written of an entry; null if nothing is. Nodes come and go, and what that means the program says itself, as it says that a
    /// node cannot listen: of connections there is one line without a stack trace, if anything.
    /// </summary>
    internal static string? Describe(LogEvent entry)
    {
        var cause = entry.Cause;
        if (cause is RemoteTransportException || s_expected.Contains(cause?.GetType().Name)) return null;
        if (cause is null || !IsOfRemoting(entry.LogClass) && !IsOfRemoting(cause.GetType())) return entry.ToString();
        return $"{entry.LogSource}: {entry.Message} ({cause.GetBaseException().Message})".ReplaceLineEndings(" ");
    }

    private static bool IsOfRemoting(Type type) => type.Namespace?.StartsWith(Remoting, StringComparison.Ordinal) == true;

    private void Write(LogEvent entry)
    {
        if (Describe(entry) is not { } line) return;
        var clock = TimeProvider.System;
        var now = clock.GetTimestamp();
        var (began, lines) = _origins.GetValueOrDefault(entry.LogClass, (now, 0));
        if (clock.GetElapsedTime(began, now) >= s_interval)
        {
            if (lines > LinesMax)
                Console.Error.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{lines - LinesMax} more lines of {entry.LogClass.Name}"));
            (began, lines) = (now, 0);
        }
        _origins[entry.LogClass] = (began, lines + 1);
        if (lines < LinesMax) Console.Error.WriteLine(line);
    }
}
