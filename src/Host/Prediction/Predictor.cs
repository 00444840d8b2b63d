using System.Diagnostics;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Prediction;

/// <summary>
/// Runs a network over whatever waits: all that is there goes through it together, up to a batch, and nothing waits for more to come. A
/// thread does that; but what takes less time than to wake it, while nothing else waits, whoever brings it computes itself. The result for
/// a sample does not depend on what shares its batch.
/// </summary>
internal sealed class Predictor : IDisposable
{
    // Multiply-adds that take less time than a thread and back: some tens of microseconds.
    private const long LightMax = 1 << 19;

    private readonly Network _network;
    private readonly NetworkCompute _compute;
    private readonly Workspaces _workspaces;
    private readonly ServingMetrics _metrics;
    private readonly long _multiplyAdds; // of one sample
    private readonly object _gate = new(); // held to take samples or turns, not to compute
    private readonly Queue<PendingPrediction> _queue = [];
    private readonly List<(PendingPrediction Pending, int First, int Count)> _parts = []; // of the batch that is computed
    private readonly Thread _thread;
    private bool _isBusy, _isOver;

    /// <summary>Starts the thread. The network is only read.</summary>
    public Predictor(Network network, NetworkCompute compute, ServingMetrics metrics)
    {
        (_network, _compute, _metrics, _workspaces) = (network, compute, metrics, new(network.Spec));
        _multiplyAdds = network.Spec.Graph?.MultiplyAdds(network.Parameters) ?? network.ConnectionCount;
        metrics.ObserveQueue(() =>
        {
            lock (_gate) return _queue.Count;
        });
        WarmUp();
        _thread = new(Run) { IsBackground = true, Name = "predictions" };
        _thread.Start();
    }

    /// <summary>Whether it answers still.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Answers samples, here and now or when it is their turn. How many wait is the caller's to bound.</summary>
    public PendingPrediction Add(Dataset samples)
    {
        var pending = new PendingPrediction(samples, _network.Spec.OutputCount);
        var isLight = samples.SampleCount <= Workspaces.BatchMax && samples.SampleCount * _multiplyAdds <= LightMax;
        int count;
        lock (_gate)
        {
            var isMine = isLight && !_isBusy && _queue.Count == 0;
            _queue.Enqueue(pending);
            if (!isMine)
            {
                Monitor.Pulse(_gate);
                return pending;
            }
            count = TakeBatch();
        }
        AnswerBatch(count);
        return pending;
    }

    /// <summary>Answers what is in the queue, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _workspaces.Dispose();
    }

    // The first requests should not wait for room and for code to be compiled.
    private void WarmUp()
    {
        for (var batch = 1; batch <= Workspaces.BatchMax; batch *= 2)
        {
            var workspace = _workspaces.For(batch);
            workspace.Input.SetBatch(workspace.BatchCapacity);
            _compute.Forward(_network, workspace);
        }
    }

    private void Run()
    {
        while (true)
        {
            int count;
            lock (_gate)
            {
                while (_isBusy || (_queue.Count == 0 && !_isOver)) Monitor.Wait(_gate);
                if (_queue.Count == 0) return;
                count = TakeBatch();
            }
            AnswerBatch(count);
        }
    }

    // Whoever holds the gate: from then on it is the caller's turn.
    private int TakeBatch()
    {
        _isBusy = true;
        var count = 0;
        while (count < Workspaces.BatchMax && _queue.TryPeek(out var pending))
        {
            if (pending.Taken == 0) _metrics.Waited(pending.Since);
            var part = Math.Min(Workspaces.BatchMax - count, pending.Samples.SampleCount - pending.Taken);
            _parts.Add((pending, pending.Taken, part));
            pending.Taken += part;
            count += part;
            if (pending.Taken == pending.Samples.SampleCount) _queue.Dequeue();
        }
        return count;
    }

    private void AnswerBatch(int count)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            Compute(_workspaces.For(count), count);
            _metrics.Computed(count, began);
            foreach (var (pending, first, part) in _parts)
                if (first + part == pending.Samples.SampleCount) pending.Complete();
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to those who wait.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error);
        }
        finally
        {
            _parts.Clear();
            lock (_gate)
            {
                _isBusy = false;
                if (_queue.Count > 0 || _isOver) Monitor.Pulse(_gate);
            }
        }
    }

    private void Fail(Exception error)
    {
        foreach (var (pending, _, _) in _parts) pending.Fail(error);
        // Whoever waited for the rest of it has heard that it failed.
        lock (_gate)
            if (_queue.TryPeek(out var next) && next.Taken > 0) _queue.Dequeue();
    }

    private void Compute(Workspace workspace, int count)
    {
        Span<int> samples = stackalloc int[Workspaces.BatchMax];
        workspace.Input.SetBatch(count);
        var place = 0;
        foreach (var (pending, first, part) in _parts)
        {
            for (var index = 0; index < part; index++) samples[index] = first + index;
            pending.Samples.FillPart(samples[..part], workspace.Input, place);
            place += part;
        }
        _compute.Forward(_network, workspace);
        place = 0;
        foreach (var (pending, first, part) in _parts)
        {
            for (var sample = first; sample < first + part; sample++, place++)
            {
                var outputs = pending.Outputs(sample);
                for (var neuron = 0; neuron < outputs.Length; neuron++) outputs[neuron] = workspace.Output[neuron, place];
                pending.Class(sample) = Predictions.Class(workspace.Output, place);
            }
        }
    }
}
