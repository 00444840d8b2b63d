using System.Runtime.ExceptionServices;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// Threads that wait for work for as long as the team lives, so that a step of a tenth of a millisecond can be shared. The caller is
/// member 0. Not for use by several callers at once.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    // A few hundred microseconds: longer than the gap between two passes of a step and than most members wait for each other, shorter than
    // a scheduling quantum.
    private const int SpinsBeforeSleep = 400;

    // A member's share is cut into so many pieces, which others take once they are done with theirs.
    private const int PiecesPerShare = 8;

    // So that no two members count in one cache line.
    private const int CounterSpacing = 128 / sizeof(long);

    private readonly Thread[] _threads;
    private readonly long[] _next; // of every member the first item of its share that nobody has taken
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _finished = new(false, SpinsBeforeSleep);
    private readonly ManualResetEventSlim[] _ready;
    private Action<int>? _work;
    private ExceptionDispatchInfo? _failure;
    private int _running;
    private bool _stopping;

    internal ThreadTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        _ready = [.. Enumerable.Range(0, size - 1).Select(_ => new ManualResetEventSlim(false, SpinsBeforeSleep))];
        _threads = new Thread[size - 1];
        _next = new long[size * CounterSpacing];
        for (var index = 0; index < _threads.Length; index++)
        {
            var member = index + 1;
            _threads[index] = new Thread(() => Serve(member)) { IsBackground = true, Name = $"compute {member}" };
            _threads[index].Start();
        }
    }

    /// <summary>Number of members, the caller included.</summary>
    internal int Size => _threads.Length + 1;

    /// <summary>The part of <paramref name="count"/> items that is for member <paramref name="member"/>.</summary>
    internal (long First, long End) Share(long count, int member) => (count * member / Size, count * (member + 1) / Size);

    /// <summary>
    /// Calls <paramref name="work"/> once for each member 0 to Size - 1, all at the same time, with <paramref name="pass"/>, what it works
    /// on, and returns when all have returned. On one thread a static <paramref name="work"/> costs a call and allocates nothing.
    /// </summary>
    internal void Run<TPass>(TPass pass, Action<TPass, int> work)
    {
        if (_threads.Length == 0) work(pass, 0);
        else RunOnAll(pass, work);
    }

    /// <summary>
    /// Calls <paramref name="work"/> until all of <paramref name="count"/> items are done: with <paramref name="pass"/>, the first item, the
    /// one after the last, and the member that calls. Every member begins with its <see cref="Share"/>, and helps others after that, for
    /// cores are not equally fast when a machine has other work. What is computed for an item must not depend on how they are cut.
    /// </summary>
    internal void Run<TPass>(TPass pass, long count, Action<TPass, long, long, int> work)
    {
        if (_threads.Length == 0) work(pass, 0, count, 0);
        else RunPieces(pass, count, work);
    }

    public void Dispose()
    {
        _stopping = true;
        foreach (var ready in _ready) ready.Set();
        foreach (var thread in _threads) thread.Join();
        foreach (var ready in _ready) ready.Dispose();
        _finished.Dispose();
    }

    // Apart from Run, which would make the closure even where it is not needed.
    private void RunOnAll<TPass>(TPass pass, Action<TPass, int> work) => RunOnAll(member => work(pass, member));

    private void RunPieces<TPass>(TPass pass, long count, Action<TPass, long, long, int> work)
    {
        for (var member = 0; member < Size; member++) _next[member * CounterSpacing] = Share(count, member).First;
        var piece = Math.Max(1, count / (Size * PiecesPerShare));
        RunOnAll(member =>
        {
            for (var turn = 0; turn < Size; turn++)
            {
                var owner = (member + turn) % Size;
                var end = Share(count, owner).End;
                while (Interlocked.Add(ref _next[owner * CounterSpacing], piece) - piece is var first && first < end)
                    work(pass, first, Math.Min(first + piece, end), member);
            }
        });
    }

    private void RunOnAll(Action<int> work)
    {
        _work = work;
        _failure = null;
        _finished.Reset();
        Volatile.Write(ref _running, _threads.Length);
        foreach (var ready in _ready) ready.Set();
        Call(work, 0);
        _finished.Wait();
        _failure?.Throw();
    }

    private void Serve(int member)
    {
        var ready = _ready[member - 1];
        while (true)
        {
            ready.Wait();
            ready.Reset();
            if (_stopping) return;
            Call(_work!, member);
            if (Interlocked.Decrement(ref _running) == 0) _finished.Set();
        }
    }

    private void Call(Action<int> work, int member)
    {
        try
        {
            work(member);
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the caller of Run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_gate) _failure ??= ExceptionDispatchInfo.Capture(exception);
        }
    }
}
