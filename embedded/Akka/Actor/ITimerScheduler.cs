namespace Akka.Actor;

/// <summary>
/// Messages to oneself, later. A timer belongs to the instance: restart and stop cancel it. Starting a timer under a key in use
/// replaces the old one, and nothing of a cancelled timer arrives, not even what is in the mailbox.
/// </summary>
public interface ITimerScheduler
{
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    void Cancel(object key);

    void CancelAll();
}
