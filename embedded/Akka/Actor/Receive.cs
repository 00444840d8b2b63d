namespace Akka.Actor;

/// <summary>A behaviour; says whether it handled the message.</summary>
public delegate bool Receive(object message);
