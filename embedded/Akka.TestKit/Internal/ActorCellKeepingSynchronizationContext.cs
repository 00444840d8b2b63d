using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Lets the continuations of an asynchronous test run as the test actor, the sender of what the test tells.</summary>
internal sealed class ActorCellKeepingSynchronizationContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ => Run(d, state));

    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    public override SynchronizationContext CreateCopy() => this;

    private void Run(SendOrPostCallback callback, object? state)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            cell.UseThreadContext(() => callback(state));
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
