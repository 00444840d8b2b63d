using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Coordination;

/// <summary>The gradients of one WSSP step until all are here, ordered by shard, so that the order of arrival does not matter.</summary>
internal sealed class StepBarrier : IDisposable
{
    private readonly SortedList<int, WorkSet> _held = [];

    /// <summary>Number of gradients here.</summary>
    public int Count => _held.Count;

    /// <summary>Sums over the batches of the gradients here.</summary>
    public TrainingTally Tally { get; private set; }

    /// <summary>Takes over the gradient of a shard.</summary>
    public void Hold(int shard, WorkSet work, TrainingTally tally)
    {
        _held.Add(shard, work);
        Tally = Tally.Plus(tally);
    }

    /// <summary>The gradients, by shard.</summary>
    public IReadOnlyList<GradientSet> Gradients => [.. _held.Values.Select(work => work.Gradients)];

    /// <summary>Gives all sets back and is empty again.</summary>
    public IReadOnlyList<WorkSet> Release()
    {
        WorkSet[] released = [.. _held.Values];
        _held.Clear();
        Tally = default;
        return released;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var work in Release()) work.Dispose();
    }
}
