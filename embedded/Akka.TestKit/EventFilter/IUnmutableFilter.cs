namespace Akka.TestKit;

/// <summary>Log events are muted until this is unmuted or disposed.</summary>
public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}
