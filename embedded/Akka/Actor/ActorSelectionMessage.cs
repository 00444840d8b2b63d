namespace Akka.Actor;

/// <summary>A message on its way along the steps of a selection.</summary>
public sealed class ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    : IAutoReceivedMessage, IPossiblyHarmful
{
    public object Message { get; } = message;

    public SelectionPathElement[] Elements { get; } = elements;

    /// <summary>Whether a pattern was passed, so that a missing actor is no dead letter.</summary>
    public bool WildCardFanOut { get; } = wildCardFanOut;

    public override string ToString() =>
        $"ActorSelectionMessage - Message: {Message} - Elements: {string.Join('/', Elements.AsEnumerable())}";
}
