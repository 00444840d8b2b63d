using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>A message of the runtime itself; it overtakes ordinary messages and is processed by suspended actors too.</summary>
public interface ISystemMessage : INoSerializationVerificationNeeded;
