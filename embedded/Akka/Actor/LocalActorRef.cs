using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference to an actor of this process.</summary>
internal class LocalActorRef : ActorRefBase
{
    public LocalActorRef(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef parent, ActorPath path)
    {
        Path = path;
        Cell = CreateCell(system, props, dispatcher, parent);
    }

    public override ActorPath Path { get; }

    public ActorCell Cell { get; }

    public override IActorRefProvider Provider => Cell.SystemImpl.Provider;

    public override IInternalActorRef Parent => Cell.ParentRef;

    public bool IsTerminated => Cell.Mailbox.IsClosed;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef reference = this;
        for (var i = 0; i < name.Count; i++)
        {
            if (name[i].Length == 0)
                continue;
            if (reference is not LocalActorRef local)
                return reference.GetChild(name.Skip(i).ToArray());
            reference = name[i] == ".." ? local.Parent : local.GetSingleChild(name[i]);
        }

        return reference;
    }

    public override void Start() => Cell.Start();

    public override void Resume(Exception? causedByFailure = null) => Cell.SendSystemMessage(new Resume(causedByFailure));

    public override void Suspend() => Cell.SendSystemMessage(new Suspend());

    public override void Restart(Exception cause) => Cell.SendSystemMessage(new Recreate(cause));

    public override void Stop() => Cell.SendSystemMessage(new Terminate());

    public override void SendSystemMessage(ISystemMessage message) => Cell.SendSystemMessage((SystemMessage)message);

    protected override void TellInternal(object message, IActorRef sender) => Cell.SendMessage(message, sender);

    protected virtual ActorCell CreateCell(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef parent) =>
        new(system, this, props, dispatcher, parent);

    /// <summary>The child of a name that may carry an incarnation as <c>name#uid</c>.</summary>
    protected virtual IInternalActorRef GetSingleChild(string name)
    {
        var (bare, uid) = ActorPath.SplitUid(name);
        return Cell.Children.Find(bare) is { } child && (uid == ActorPath.UndefinedUid || uid == child.Path.Uid) ? child : ActorRefs.Nobody;
    }
}
