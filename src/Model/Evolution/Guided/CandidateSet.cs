namespace ActorSparse.Model.Evolution.Guided;

/// <summary>The candidates of a whole network, layer by layer: what growth chooses from. Owns them.</summary>
public sealed class CandidateSet : IDisposable
{
    private readonly Candidates?[] _layers;

    /// <summary>Takes over the candidates of every layer; null where there are none.</summary>
    public CandidateSet(params Candidates?[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = layers;
    }

    /// <summary>The candidates of every layer, first to last; null where there are none.</summary>
    public IReadOnlyList<Candidates?> Layers => _layers;

    /// <summary>What finding them and their gradients took.</summary>
    public EvolutionCost Cost => _layers.Aggregate(default(EvolutionCost), (cost, found) => cost + (found?.Cost ?? default));

    /// <summary>Takes over other candidates of layer <paramref name="layer"/>; those that were there are freed.</summary>
    public void Replace(int layer, Candidates? candidates)
    {
        _layers[layer]?.Dispose();
        _layers[layer] = candidates;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var candidates in _layers) candidates?.Dispose();
    }
}
