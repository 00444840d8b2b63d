using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Dispatch;

namespace Akka.TestKit.Internal;

/// <summary>A cell that can process a message outside its mailbox and hand what the actor throws to the caller.</summary>
internal sealed class TestActorCell(
    ActorSystemImpl system, LocalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    : ActorCell(system, self, props, dispatcher, parent)
{
    private bool _direct;
    private ExceptionDispatchInfo? _thrown;

    public override void ReceiveMessage(object message)
    {
        if (!_direct)
        {
            base.ReceiveMessage(message);
            return;
        }

        try
        {
            base.ReceiveMessage(message);
        }
        catch (Exception exception)
        {
            _thrown = ExceptionDispatchInfo.Capture(exception);
        }
    }

    internal void ReceiveNow(Envelope envelope)
    {
        _direct = true;
        _thrown = null;
        try
        {
            UseThreadContext(() => Invoke(envelope));
        }
        finally
        {
            _direct = false;
        }

        _thrown?.Throw();
    }
}
