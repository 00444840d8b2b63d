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
public sealed class NodeLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private const int LinesMax = 5;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Type, (long Began, int Lines)> _origins = [];

    /// <summary>Created by Akka.NET.</summary>
    public NodeLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    private void Write(LogEvent entry)
    {
        // That a node cannot listen is what the program says itself, in one line.
        if (entry.Cause is RemoteTransportException) return;
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
        if (lines < LinesMax) Console.Error.WriteLine(entry.ToString());
    }
}
