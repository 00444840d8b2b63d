using Akka.Actor;
using Akka.Remote;

namespace ActorSparse.Actors.Cluster;

/// <summary>
/// A worker node's way to the gate while it does not know where that is: asks at each address where one may be. Of several coordinators
/// only the one whose turn it is has a gate, and answers.
/// </summary>
internal sealed class GateSearch(IActorContext context, IReadOnlyList<Address> coordinators)
{
    // A node takes only messages for the name under which it listens. Whoever listens under that of --join has answered by then.
    private const int AsksByName = 3;

    private readonly HashSet<Address> _addresses = [.. coordinators];
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
    public bool Contains(Address address) => _addresses.Contains(address);

    public void Begin() => (_asked, _connectionError, _isConnected) = (0, null, false);

    public void Ask()
    {
        if (_asked++ == AsksByName)
            HostNames.ResolveAsync(coordinators).PipeTo(context.Self, success: addresses => new GateAddresses(addresses));
        foreach (var address in _addresses)
            context.ActorSelection($"{address}{NodeProtocol.GatePath}").Tell(new Nodes.AskTraining(NodeProtocol.Version), context.Self);
    }

    public void OnAddresses(GateAddresses resolved) => _addresses.UnionWith(resolved.Addresses);

    public void OnConnection(AssociationEvent connection)
    {
        if (!Contains(connection.RemoteAddress)) return;
        if (connection is AssociatedEvent) (_connectionError, _isConnected) = (null, true);
        if (connection is AssociationErrorEvent error)
            _connectionError = error.Cause.GetBaseException().Message.ReplaceLineEndings(" ").Trim();
    }
}
