using System.Collections;

namespace ActorSparse.Model.Networks;

/// <summary>Which neurons of a hidden layer importance pruning has left. Immutable, shared between replicas.</summary>
public sealed class LivingNeurons
{
    private readonly BitArray _alive;

    /// <summary>Marks as living the neurons for which <paramref name="alive"/> is true.</summary>
    public LivingNeurons(BitArray alive)
    {
        ArgumentNullException.ThrowIfNull(alive);
        _alive = new BitArray(alive);
        for (var neuron = 0; neuron < _alive.Length; neuron++)
            if (_alive[neuron]) LivingCount++;
    }

    /// <summary>Number of neurons of the layer, dead ones included.</summary>
    public int Count => _alive.Length;

    /// <summary>Number of living neurons.</summary>
    public int LivingCount { get; }

    /// <summary>Whether <paramref name="neuron"/> lives.</summary>
    public bool IsAlive(int neuron) => _alive[neuron];
}
