using Akka.Actor;
using Akka.Dispatch;

namespace Akka.TestKit.Internal;

/// <summary>The local reference behind a <see cref="TestActorRef{TActor}"/>.</summary>
internal sealed class InternalTestActorRef : LocalActorRef
{
    private static long s_names;

    private InternalTestActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef parent, ActorPath path)
        : base(system, props, dispatcher, parent, path)
    {
    }

    internal static InternalTestActorRef Create(ActorSystemImpl system, Props props, IActorRef? supervisor, string? name)
    {
        var parent = supervisor switch
        {
            null => (LocalActorRef)system.Provider.Guardian,
            LocalActorRef local => local,
            TestProbe probe => (LocalActorRef)probe.Ref,
            _ => throw new ArgumentException($"{supervisor} cannot be the parent of a test actor", nameof(supervisor)),
        };
        name ??= $"$${Interlocked.Increment(ref s_names)}";
        var dispatcherId = props.Dispatcher.Length == 0 ? CallingThreadDispatcher.Id : props.Dispatcher;
        var path = new ChildActorPath(parent.Path, name, system.NextUid());
        parent.Cell.Children.Reserve(name);
        var created = new InternalTestActorRef(system, props, system.Dispatchers.Lookup(dispatcherId), parent, path);
        parent.Cell.Children.TryAdd(created);
        created.Start();
        return created;
    }

    internal void Receive(object message, IActorRef sender) => ((TestActorCell)Cell).ReceiveNow(new Envelope(message, sender));

    protected override ActorCell CreateCell(ActorSystemImpl system, Props props, MessageDispatcher dispatcher, IInternalActorRef parent) =>
        new TestActorCell(system, this, props, dispatcher, parent);
}
