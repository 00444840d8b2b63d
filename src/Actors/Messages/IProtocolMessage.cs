namespace ActorSparse.Actors.Messages;

/// <summary>A message of the training protocol. Every one has a handler, and a serializer unless it is an <see cref="ILocalMessage"/>; docs/protocol.md lists them.</summary>
internal interface IProtocolMessage
{
    /// <summary>The run it belongs to; a message of another run is refused.</summary>
    ulong RunId { get; }
}
