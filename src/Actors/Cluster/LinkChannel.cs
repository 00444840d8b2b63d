using System.Runtime.Serialization;
using ActorSparse.Actors.Serialization;
using Akka.Actor;
using Akka.Event;

namespace ActorSparse.Actors.Cluster;

/// <summary>One end's way to the other: messages of the training protocol out and in, as pieces. For one actor.</summary>
internal sealed class LinkChannel
{
    private readonly ChunkSender _sender;
    private readonly ChunkReceiver _receiver;
    private readonly ProtocolSerializer _serializer;
    private readonly LinkTraffic _traffic;
    private readonly ILoggingAdapter _log;
    private readonly LinkSettings _settings;
    private IActorRef _peer = ActorRefs.Nobody;
    private IActorRef _self = ActorRefs.Nobody;
    private int _ticksWithoutArrival;

    public LinkChannel(ActorSystem system, LinkSettings settings, long messageBytesMax, LinkTraffic traffic, ILoggingAdapter log)
    {
        _serializer = (ProtocolSerializer)system.Serialization.FindSerializerForType(typeof(Messages.IProtocolMessage));
        _settings = settings;
        _sender = new(settings.WindowChunks);
        _receiver = new(messageBytesMax);
        _traffic = traffic;
        _log = log;
    }

    /// <summary>Whether all that was sent has arrived.</summary>
    public bool IsIdle => _sender.IsIdle;

    /// <summary>Names both ends.</summary>
    public void Open(IActorRef self, IActorRef peer)
    {
        _self = self;
        _peer = peer;
    }

    /// <summary>Sends a message, at once or when what is under way has arrived. What it leases is used up.</summary>
    public void Send(object message)
    {
        try
        {
            var bytes = _serializer.Write(message, new WireWriter(_settings.ChunkBytes));
            _traffic.Sent(bytes.Length);
            _sender.Add(_serializer.Manifest(message), bytes);
        }
        catch (SerializationException exception)
        {
            _traffic.Refuse();
            _log.Warning("{0} was not sent: {1}", message.GetType().Name, exception.Message);
            return;
        }
        Pump();
    }

    /// <summary>Takes a piece; the message, if it completes one that can be read.</summary>
    public object? Receive(in MessageChunk chunk)
    {
        _peer.Tell(new Nodes.ChunkArrived(chunk.TransferId, chunk.Index), _self);
        var refused = _receiver.Refused;
        if (!_receiver.TryAdd(chunk, out var pieces))
        {
            if (_receiver.Refused > refused) _traffic.Refuse();
            return null;
        }
        _traffic.Received(chunk.TotalBytes);
        try
        {
            return _serializer.Read(pieces, chunk.Manifest);
        }
        catch (SerializationException exception)
        {
            _traffic.Refuse();
            _log.Warning("a message of {0} bytes was refused: {1}", chunk.TotalBytes, exception.Message);
            return null;
        }
    }

    /// <summary>The other end has a piece.</summary>
    public void OnArrived(Nodes.ChunkArrived arrived)
    {
        if (!_sender.OnArrived(arrived.TransferId, arrived.Index)) return;
        _ticksWithoutArrival = 0;
        Pump();
    }

    /// <summary>At regular intervals: looks for what did not arrive.</summary>
    public void OnTick()
    {
        if (!_sender.IsWaiting || ++_ticksWithoutArrival < _settings.LossTicks) return;
        _ticksWithoutArrival = 0;
        _traffic.Lose();
        _sender.OnLost();
        Pump();
    }

    private void Pump()
    {
        while (_sender.Next() is { } chunk) _peer.Tell(new Nodes.Chunk(chunk), _self);
    }
}
