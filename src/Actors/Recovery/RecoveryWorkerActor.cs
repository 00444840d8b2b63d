using ActorSparse.Model.Recovery;
using Akka.Actor;

namespace ActorSparse.Actors.Recovery;

/// <summary>
/// Sums shares of the samples, one for each order. It keeps gates and residuals of the shares it has had; a failure ends it, and its
/// supervisor starts a fresh one, which needs nothing but the next order.
/// </summary>
internal sealed class RecoveryWorkerActor : ReceiveActor
{
    private readonly int _number;
    private readonly RecoveryData _data;
    private readonly Dictionary<(int First, int End), SampleSums> _shares = [];

    /// <summary>Creates the worker; see <see cref="Props"/>.</summary>
    public RecoveryWorkerActor(int number, RecoveryData data)
    {
        (_number, _data) = (number, data);
        Receive<RecoveryMessage.Compute>(compute => OnCompute(compute.Order));
    }

    /// <summary>How to make a worker.</summary>
    public static Props Props(int number, RecoveryData data) =>
        Akka.Actor.Props.Create(() => new RecoveryWorkerActor(number, data)).WithDispatcher(ProtocolSettings.WorkerDispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var share in _shares.Values) share.Dispose();
    }

    private void OnCompute(ShareOrder order)
    {
        if (!_shares.TryGetValue((order.FirstChunk, order.EndChunk), out var sums))
            _shares.Add((order.FirstChunk, order.EndChunk), sums = new(_data, threads: 1, order.FirstChunk, order.EndChunk));
        var nodes = sums.ComputeNodes(order.Request, order.FirstChunk, order.EndChunk);
        Sender.Tell(new RecoveryMessage.Computed(_number, order.Ticket, order.Share, nodes));
    }
}
