using Akka.Actor;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// A worker node's way to the gate while it does not know where that is: asks at each address where one may be. Of several coordinators
/// only the one whose turn it is has a gate, and answers. Where there is no answer under the names given, the addresses of those hosts are
/// tried in turn with them: not at once, since a node that is dialled under two names closes one of both connections.
/// </summary>
internal sealed class GateSearch(IActorContext context, IReadOnlyList<Address> coordinators)
{
    private const int AsksInARow = 3;
    private const int UnansweredMax = 3;

    private IReadOnlyList<Address> _resolved = [];
    private bool _isByName = true;
    private int _asked;
    private int _unanswered;
    private bool _isConnected;
    private string? _connectionError;

    /// <summary>
    /// There has been no answer for a while: what may be the reason. <paramref name="isBroken"/> says that a connection stands, over which
    /// nothing has come for so long that another one is worth trying.
    /// </summary>
    public string OnUnanswered(out bool isBroken)
    {
        isBroken = _isConnected && ++_unanswered >= UnansweredMax;
        var why = _connectionError ?? (_isConnected
            ? "something listens there; is it a coordinator whose run has begun, and which listens under that very name, its --host?"
            : "is it running there?");
        _connectionError = null;
        return why;
    }

    /// <summary>Whether a coordinator may be at an address.</summary>
    public bool Contains(Address address) => coordinators.Contains(address) || _resolved.Contains(address);

    // By what it was found the last time, it is found again.
    public void Begin() => (_asked, _unanswered, _isConnected, _connectionError) = (0, 0, false, null);

    public void Ask()
    {
        if (_asked++ == AsksInARow)
        {
            _asked = 1;
            if (_isByName)
                HostNames.ResolveAsync(coordinators).PipeTo(context.Self, success: addresses => new GateAddresses(addresses));
            else _isByName = true;
        }
        foreach (var address in _isByName ? coordinators : _resolved)
            context.ActorSelection($"{address}{NodeProtocol.GatePath}").Tell(new Nodes.AskTraining(NodeProtocol.Version), context.Self);
    }

    public void OnAddresses(GateAddresses resolved)
    {
        _resolved = resolved.Addresses;
        _isByName = _resolved.Count == 0;
    }

    public void OnConnection(AssociationEvent connection)
    {
        if (!Contains(connection.RemoteAddress)) return;
        _isConnected = connection is AssociatedEvent;
        _connectionError = (connection as AssociationErrorEvent)?.Cause.GetBaseException().Message.ReplaceLineEndings(" ").Trim()
            ?? (_isConnected ? null : _connectionError);
    }
}
