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
        Assert.Equal("is it running there?", _search.WhyUnanswered);
        _search.OnConnection(Error("refused", s_coordinator));
        _search.OnConnection(Error("of somebody else", s_coordinator.WithPort(4054)));
        Assert.Equal("refused", _search.WhyUnanswered);
        Assert.Equal("is it running there?", _search.WhyUnanswered);
        _search.OnConnection(Error("refused", s_coordinator));
        _search.OnConnection(new AssociatedEvent(s_here, s_coordinator, inbound: false));
        Assert.Contains("under that very name", _search.WhyUnanswered, StringComparison.Ordinal);
        _search.OnConnection(Error("refused", s_coordinator));
        _search.Begin();
        Assert.Equal("is it running there?", _search.WhyUnanswered);
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

    private static AssociationErrorEvent Error(string text, Address remote) =>
        new(new IOException("outer", new IOException(text)), s_here, remote, false, Akka.Event.LogLevel.ErrorLevel);
}
