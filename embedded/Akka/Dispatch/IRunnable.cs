namespace Akka.Dispatch;

/// <summary>Work for a dispatcher's threads.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    void Run();
}
