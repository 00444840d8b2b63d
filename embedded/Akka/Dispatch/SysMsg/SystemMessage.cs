namespace Akka.Dispatch.SysMsg;

/// <summary>A system message as a link of the mailbox's list; an instance can be sent once.</summary>
internal abstract class SystemMessage : ISystemMessage
{
    public SystemMessage? Next { get; set; }
}
