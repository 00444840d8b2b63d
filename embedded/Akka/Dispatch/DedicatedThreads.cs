namespace Akka.Dispatch;

/// <summary>Background threads that take work from one queue, first come, first served. They start with the first work.</summary>
internal sealed class DedicatedThreads(string name, int threadCount)
{
    private readonly Queue<IRunnable> _queue = new();
    private bool _started;
    private bool _stopped;

    public void Add(IRunnable run)
    {
        lock (_queue)
        {
            _queue.Enqueue(run);
            if (!_started)
                Start();
            Monitor.Pulse(_queue);
        }
    }

    /// <summary>Lets the threads end once the queue is empty.</summary>
    public void Stop()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }
    }

    private void Start()
    {
        _started = true;
        for (var i = 1; i <= threadCount; i++)
            new Thread(Work) { IsBackground = true, Name = $"{name}-{i}" }.Start();
    }

    private void Work()
    {
        while (Take() is { } run)
            run.Run();
    }

    private IRunnable? Take()
    {
        lock (_queue)
        {
            while (_queue.Count == 0 && !_stopped)
                Monitor.Wait(_queue);
            return _queue.TryDequeue(out var run) ? run : null;
        }
    }
}
