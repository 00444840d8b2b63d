using ActorSparse.Actors.Cluster;
using Akka.Actor;
using Akka.Remote;

namespace ActorSparse.Actors.Tests.Cluster;

public sealed class GateSearchTests
{
    private static readonly Address s_here = new("akka.tcp", NodeProtocol.SystemName, "127.0.0.1", 1);
    private static readonly Address s_coordinator = s_here.WithHost("localhost").WithPort(4053);

    private readonly GateSearch _search = new(null!, [s_coordinator]);

    [Fact]
    public void A_connection_error_is_quoted_once_and_not_for_another_cause()
    {
        Assert.Equal("is it running there?", _search.OnUnanswered(out _));
        _search.OnConnection(Error("refused", s_coordinator));
        _search.OnConnection(Error("of somebody else", s_coordinator.WithPort(4054)));
        Assert.Equal("refused", _search.OnUnanswered(out _));
        Assert.Equal("is it running there?", _search.OnUnanswered(out _));
        _search.OnConnection(Error("refused", s_coordinator));
        _search.OnConnection(new AssociatedEvent(s_here, s_coordinator, inbound: false));
        Assert.Contains("under that very name", _search.OnUnanswered(out _), StringComparison.Ordinal);
        _search.OnConnection(Error("refused", s_coordinator));
        _search.Begin();
        Assert.Equal("is it running there?", _search.OnUnanswered(out _));
    }

    // Akka.NET may take a connection for one that stands of which the other end reads nothing.
    [Fact]
    public void A_connection_over_which_nothing_comes_is_given_up_in_the_end()
    {
        Assert.False(IsBroken());
        _search.OnConnection(new AssociatedEvent(s_here, s_coordinator, inbound: false));
        Assert.Equal([false, false, true], new[] { IsBroken(), IsBroken(), IsBroken() });
        _search.Begin();
        Assert.False(IsBroken());
    }

    [Fact]
    public async Task A_coordinator_that_is_given_by_name_may_listen_as_its_address()
    {
        var addresses = await HostNames.ResolveAsync([s_coordinator, s_here]);
        Assert.Equal(s_coordinator.WithHost("127.0.0.1"), Assert.Single(addresses));
        Assert.False(_search.Contains(addresses[0]));
        _search.OnAddresses(new(addresses));
        Assert.True(_search.Contains(addresses[0]));
    }

    private bool IsBroken()
    {
        _search.OnUnanswered(out var isBroken);
        return isBroken;
    }

    private static AssociationErrorEvent Error(string text, Address remote) =>
        new(new IOException("outer", new IOException(text)), s_here, remote, false, Akka.Event.LogLevel.ErrorLevel);
}
