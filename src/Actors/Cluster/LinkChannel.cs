using System.Runtime.Serialization;
using ActorSparse.Actors.Messages;
using ActorSparse.Actors.Serialization;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;
using ActorSparse.Model.Wire;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Cluster;

/// <summary>One end's way to the other: messages of the run's protocol out and in, as pieces. For one actor.</summary>
internal sealed class LinkChannel : IDisposable
{
    private readonly ChunkSender _sender;
    private readonly ChunkReceiver _receiver;
    private readonly ProtocolSerializer _serializer;
    private readonly LinkTraffic _traffic;
    private readonly ILoggingAdapter _log;
    private readonly LinkFormat _format;
    private readonly ErrorFeedback _feedback = new();
    private IActorRef _peer = ActorRefs.Nobody;
    private IActorRef _self = ActorRefs.Nobody;
    private bool _hasArrived;
    private int _quietTicks;

    public LinkChannel(ActorSystem system, LinkFormat format, LinkTraffic traffic, ILoggingAdapter log)
    {
        _serializer = NodeWire.Of(system).Messages;
        _format = format;
        _sender = new(format.Settings.WindowChunks);
        _receiver = new(format.MessageBytesMax);
        _traffic = traffic;
        _log = log;
    }

    /// <summary>Whether all that was sent has arrived.</summary>
    public bool IsIdle => _sender.IsIdle;

    /// <summary>
    /// Whether something is on its way to the other end, or from there: until it has come, or nothing more of it for as long as it takes to
    /// give up what is sent.
    /// </summary>
    public bool IsBusy => !IsIdle || (_receiver.HeldBytes > 0 && _quietTicks < 2);

    /// <summary>Names both ends.</summary>
    public void Open(IActorRef self, IActorRef peer)
    {
        _self = self;
        _peer = peer;
    }

    /// <summary>
    /// Sends a message, at once or when what is under way has arrived. What it leases is used up. Of orders to a worker only the latest
    /// waits: it drops answers to any request but its last, and each may be as large as the network.
    /// </summary>
    public void Send(object message)
    {
        try
        {
            var bytes = _serializer.Write(Rounded(message), new WireWriter(_format.Settings.ChunkBytes)
            {
                GradientFormat = _format.Gradients,
                ParameterFormat = _format.Parameters,
            });
            _sender.Add(_serializer.Manifest(message), bytes, isLatest: message is IWorkAnswer or RecoverySums.Compute);
        }
        catch (SerializationException exception)
        {
            _log.Warning("{0} was not sent: {1}", message.GetType().Name, exception.Message);
            return;
        }
        Pump();
    }

    /// <summary>Takes a piece; the message, if it completes one that can be read.</summary>
    public object? Receive(in MessageChunk chunk)
    {
        _quietTicks = 0;
        _peer.Tell(new Nodes.ChunkArrived(chunk.TransferId, chunk.Index), _self);
        var refused = _receiver.Refused;
        if (!_receiver.TryAdd(chunk, out var pieces))
        {
            if (_receiver.Refused > refused) _traffic.Refuse("a piece that belongs to no message: repeated, out of order or too large");
            return null;
        }
        _traffic.Received(chunk.TotalBytes);
        try
        {
            return _serializer.Read(pieces, chunk.Manifest);
        }
        catch (SerializationException exception)
        {
            _traffic.Refuse(exception.Message);
            return null;
        }
    }

    /// <summary>The other end has a piece.</summary>
    public void OnArrived(Nodes.ChunkArrived arrived)
    {
        if (!_sender.OnArrived(arrived.TransferId, arrived.Index))
        {
            _traffic.Refuse("the arrival of a piece that is not under way");
            return;
        }
        _hasArrived = true;
        Pump();
    }

    /// <summary>Counts a message that did not come from the other end.</summary>
    public void RefuseStranger() => _traffic.Refuse("a piece from somebody else than the other end of the link");

    /// <summary>Every <see cref="LinkSettings.LossTimeout"/>: gives up what is under way if nothing has arrived since the last time.</summary>
    public void GiveUpLost()
    {
        var isLost = _sender.IsWaiting && !_hasArrived;
        _hasArrived = false;
        _quietTicks++;
        if (!isLost) return;
        _traffic.Lose();
        _sender.OnLost();
        Pump();
    }

    public void Dispose() => _feedback.Dispose();

    // Gradients become what will arrive of them; what rounding takes away goes with the next ones. The serializer only writes numbers.
    private object Rounded(object message)
    {
        if (message is not PhaseOne.GradientPush push || !push.Work.TryTake(out var work)) return message;
        _feedback.Apply(_format.Gradients, work.Gradients, work.Replica.Parameters);
        return push with { Work = new(work) };
    }

    private void Pump()
    {
        while (_sender.Next() is { } chunk)
        {
            _traffic.Sent(chunk.Bytes.Length);
            _peer.Tell(new Nodes.Chunk(chunk), _self);
        }
    }
}
