using System.Collections.Concurrent;
using System.Diagnostics;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Prediction;

/// <summary>
/// One thread that runs a network over whatever waits: all that is there goes through it together, up to a batch, and nothing waits for more
/// to come. The result for a sample does not depend on what shares its batch.
/// </summary>
internal sealed class Predictor : IDisposable
{
    /// <summary>Largest batch, in samples; that of predict.</summary>
    public const int BatchMax = 128;

    // Activations of few samples lie close together: a single one takes less time then.
    private const int FewMax = 16;

    private readonly Network _network;
    private readonly NetworkCompute _compute;
    private readonly Workspace _few, _many;
    private readonly ServingMetrics _metrics;
    private readonly BlockingCollection<PendingPrediction> _queue = [];
    private readonly List<(PendingPrediction Pending, int First, int Count)> _parts = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread. The network is only read.</summary>
    public Predictor(Network network, NetworkCompute compute, ServingMetrics metrics)
    {
        (_network, _compute, _metrics) = (network, compute, metrics);
        (_few, _many) = (new(network.Spec, FewMax), new(network.Spec, BatchMax));
        metrics.ObserveQueue(() => _queue.Count);
        _thread = new(Run) { IsBackground = true, Name = "predictions" };
        _thread.Start();
    }

    /// <summary>Whether it answers still.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Puts samples into the queue, whose length is the caller's to bound.</summary>
    public PendingPrediction Add(Dataset samples)
    {
        var pending = new PendingPrediction(samples, _network.Spec.OutputCount);
        _queue.Add(pending);
        return pending;
    }

    /// <summary>Answers what is in the queue, then ends.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _queue.Dispose();
        _few.Dispose();
        _many.Dispose();
    }

    private void Run()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            var next = first;
            while (next is not null)
            {
                var count = 0;
                while (next is not null && count < BatchMax)
                {
                    count += Take(next, BatchMax - count);
                    if (next.Taken == next.Samples.SampleCount) next = TryTakeNext();
                }
                // Whoever waited for the rest of it has heard that it failed.
                if (!TryAnswer(count) && next?.Taken > 0) next = TryTakeNext();
            }
        }
    }

    private PendingPrediction? TryTakeNext() => _queue.TryTake(out var next) ? next : null;

    private int Take(PendingPrediction pending, int most)
    {
        if (pending.Taken == 0) _metrics.Waited(pending.Since);
        var count = Math.Min(most, pending.Samples.SampleCount - pending.Taken);
        _parts.Add((pending, pending.Taken, count));
        pending.Taken += count;
        return count;
    }

    private bool TryAnswer(int count)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            Compute(count <= FewMax ? _few : _many, count);
            _metrics.Computed(count, began);
            foreach (var (pending, first, part) in _parts)
                if (first + part == pending.Samples.SampleCount) pending.Complete();
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to those who wait.
        catch (Exception error)
#pragma warning restore CA1031
        {
            foreach (var (pending, _, _) in _parts) pending.Fail(error);
            return false;
        }
        finally
        {
            _parts.Clear();
        }
    }

    private void Compute(Workspace workspace, int count)
    {
        Span<int> samples = stackalloc int[BatchMax];
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
