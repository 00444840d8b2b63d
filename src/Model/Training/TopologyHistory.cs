using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>
/// The last evolutions of a network, by which gradients that were computed on an older topology are filtered instead of thrown away
/// (wasap specification, section 5, phase one). Not for sharing between threads.
/// </summary>
internal sealed class TopologyHistory : IDisposable
{
    private readonly Queue<EpochEvolution> _evolutions = new();
    private readonly int _capacity;

    /// <summary>Remembers <paramref name="capacity"/> evolutions, 4 bytes a connection each.</summary>
    public TopologyHistory(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
    }

    /// <summary>Takes over the latest evolution and forgets the oldest one if there are too many.</summary>
    public void Add(EpochEvolution evolution)
    {
        ArgumentNullException.ThrowIfNull(evolution);
        _evolutions.Enqueue(evolution);
        if (_evolutions.Count > _capacity) _evolutions.Dequeue().Dispose();
    }

    /// <summary>
    /// Carries <paramref name="gradients"/> over to the present topologies of <paramref name="parameters"/> through all evolutions since
    /// they were computed. False if they are older than this history reaches or of another shape; they are then of no use.
    /// </summary>
    /// <param name="gradients">The gradients to filter, in place.</param>
    /// <param name="parameters">The parameters that they are to be applied to.</param>
    /// <param name="droppedCount">Entries whose connection is gone.</param>
    public bool TryRetainValid(GradientSet gradients, ParameterSet parameters, out long droppedCount)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(parameters);
        droppedCount = 0;
        if (gradients.TopologyIds.Length != parameters.Sparse.Count) return false;
        if (gradients.IsAlignedWith(parameters)) return true;
        foreach (var step in _evolutions.SelectMany(evolution => evolution.Steps))
            for (var layer = 0; layer < step.Count; layer++)
                if (step[layer] is { } change && gradients.TopologyIds[layer] == change.FromId
                    && gradients.Sparse[layer].Length == change.FromConnectionCount)
                    droppedCount += gradients.RetainValid(layer, change);
        return gradients.IsAlignedWith(parameters);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var evolution in _evolutions) evolution.Dispose();
        _evolutions.Clear();
    }
}
