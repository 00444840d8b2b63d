namespace Akka.Event;

/// <summary>Marks a message whose loss is ordinary: it becomes a <see cref="SuppressedDeadLetter"/>, which is not logged.</summary>
public interface IDeadLetterSuppression;
