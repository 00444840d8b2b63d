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

    private IReadOnlyList<Address> _resolved = [];
    private bool _isByName = true;
    private int _asked;
    private string? _connectionError;
    private bool _isConnected;

    /// <summary>What may be the reason that there has been no answer since this was last asked for.</summary>
    public string WhyUnanswered
    {
        get
        {
            var why = _connectionError ?? (_isConnected
                ? "something listens there; is it a coordinator whose run has begun, and which listens under that very name, its --host?"
                : "is it running there?");
            _connectionError = null;
            return why;
        }
    }

    /// <summary>Whether a coordinator may be at an address.</summary>
    public bool Contains(Address address) => coordinators.Contains(address) || _resolved.Contains(address);

    // By what it was found the last time, it is found again.
    public void Begin() => (_asked, _connectionError, _isConnected) = (0, null, false);

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
        if (connection is AssociatedEvent) (_connectionError, _isConnected) = (null, true);
        if (connection is AssociationErrorEvent error)
            _connectionError = error.Cause.GetBaseException().Message.ReplaceLineEndings(" ").Trim();
    }
}
