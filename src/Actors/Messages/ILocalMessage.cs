using Akka.Actor;

namespace ActorSparse.Actors.Messages;

/// <summary>
/// A message among the coordinator, its helpers, its ends of links and whoever started the run. It never leaves their process: it has no bytes, and is not
/// copied under <c>serialize-messages = on</c> either.
/// </summary>
internal interface ILocalMessage : IProtocolMessage, INoSerializationVerificationNeeded;
