using System.Runtime.CompilerServices;
using ActorSparse.Actors.Cluster;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class NodeLoggerTests
{
    private static readonly Type s_disassociated = typeof(DisassociatedEvent).Assembly.GetType(
        "Akka.Remote.EndpointDisassociatedException", true)!;

    // Supervisors log failures in their own name.
    [Fact]
    public void Of_a_peer_that_is_gone_nothing_is_written()
    {
        var disassociated = (Exception)RuntimeHelpers.GetUninitializedObject(s_disassociated);
        Assert.Null(NodeLogger.Describe(Entry(typeof(OneForOneStrategy), disassociated)));
    }

    [Fact]
    public void Trouble_with_a_connection_is_one_line()
    {
        var cause = Thrown(new IOException("broken\npipe"));
        Assert.Equal("node: it failed (broken pipe)", NodeLogger.Describe(Entry(typeof(DisassociatedEvent), cause)));
    }

    [Fact]
    public void What_failed_in_our_own_actors_is_written_with_where()
    {
        var line = NodeLogger.Describe(Entry(typeof(GateActor), Thrown(new InvalidOperationException("wrong"))));
        Assert.Contains(nameof(Thrown), line, StringComparison.Ordinal);
    }

    private static Error Entry(Type origin, Exception cause) => new(cause, "node", origin, "it failed");

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught) when (caught == exception)
        {
            return caught;
        }
    }
}
