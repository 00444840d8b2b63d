namespace Akka.Actor;

/// <summary>A behaviour that counts every message as handled unless it calls Unhandled.</summary>
public delegate void UntypedReceive(object message);
