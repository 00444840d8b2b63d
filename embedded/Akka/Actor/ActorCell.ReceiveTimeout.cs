namespace Akka.Actor;

// The receive timeout: one scheduled message, put off by every message that counts.
internal partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable? _receiveTimeoutTask;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        CancelReceiveTimeout();
        _receiveTimeout = timeout;
    }

    private void RestartReceiveTimeout()
    {
        CancelReceiveTimeout();
        _receiveTimeoutTask = SystemImpl.Scheduler.ScheduleTellOnceCancelable(
            _receiveTimeout!.Value, SelfRef, Akka.Actor.ReceiveTimeout.Instance, SelfRef);
    }

    private void CancelReceiveTimeout()
    {
        _receiveTimeoutTask?.Cancel();
        _receiveTimeoutTask = null;
    }
}
