using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;

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

    /// <summary>
    /// Whether these are absent connections of the layers of <paramref name="network"/>. O(connections + candidates + neurons).
    /// </summary>
    public bool Fit(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (_layers.Length != network.Layers.Count) return false;
        for (var layer = 0; layer < _layers.Length; layer++)
            if (_layers[layer] is { } candidates && !AreAbsent(candidates.Topology, network.Layers[layer].Topology)) return false;
        return true;
    }

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

    private static bool AreAbsent(Topology candidates, Topology layer)
    {
        if (candidates.InputCount != layer.InputCount || candidates.OutputCount != layer.OutputCount) return false;
        for (var row = 0; row < layer.OutputCount; row++)
        {
            var present = layer.Row(row);
            var index = 0;
            foreach (var column in candidates.Row(row))
            {
                while (index < present.Length && present[index] < column) index++;
                if (index < present.Length && present[index] == column) return false;
            }
        }
        return true;
    }
}
