using System.Diagnostics;
using Akka.Actor;

namespace ActorSparse.Actors.Cluster;

/// <summary>One actor system of a node that joins again, with a fresh one, when others took it for dead.</summary>
internal sealed class NodeLife
{
    private readonly ActorSystem _system;
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>The node begins to join.</summary>
    public NodeLife(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
    }

    /// <summary>Why <paramref name="system"/> ended, if nobody here ended it.</summary>
    // A failed handshake ends the node that dialled, for a reason whose type is internal to Akka.Remote.
    public static string EndingOf(ActorSystem system) => CoordinatedShutdown.Get(system).ShutdownReason?.GetType().Name switch
    {
        "TlsHandshakeFailureReason" => "a TLS handshake failed, at which Akka.NET ends this node",
        _ => "this node was removed from the cluster",
    };

    /// <summary>
    /// Waits until <see cref="LinkSettings.JoinInterval"/> has passed since this life began, so that a node whose every attempt
    /// ends at once does not burden the others with it. Ends early, without an exception, when <paramref name="leave"/> is cancelled.
    /// </summary>
    public async Task WaitForNextAsync(CancellationToken leave)
    {
        var rest = LinkSettings.From(_system.Settings.Config).JoinInterval - Stopwatch.GetElapsedTime(_began);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, leave).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
