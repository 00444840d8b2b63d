using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>Blocks of some neurons, dense: of a portion only.</summary>
internal readonly struct NeuronBlocks(int neurons, int blockLength)
{
    private readonly double[] _values = new double[neurons * blockLength];

    /// <summary>The block of the neuron at a place: its weights, or random ones within the bound if all of them are 0.</summary>
    public void Fill(SparseVector weights, int place, int neuron, RandomStream stream, double bound)
    {
        var block = _values.AsSpan(place * blockLength, blockLength);
        if (weights.FindNeuron(neuron) is >= 0 and var own)
            for (var entry = weights.Starts[own]; entry < weights.Starts[own + 1]; entry++) block[weights.Places[entry]] = weights.Values[entry];
        // Whether there is any weight, not whether the largest is positive: a block of negative ones is no empty one.
        var isEmpty = !block.ContainsAnyExcept(0);
        for (var entry = 0; entry < blockLength; entry++)
        {
            var drawn = (2 * stream.NextDouble() - 1) * bound;
            if (isEmpty) block[entry] = drawn;
        }
    }

    /// <summary>All blocks, of neurons with these numbers.</summary>
    public SparseVector ToVector(int[] numbers)
    {
        var (indices, values) = (new List<long>(), new List<double>());
        for (var index = 0; index < _values.Length; index++)
        {
            if (_values[index] == 0) continue;
            indices.Add((long)numbers[index / blockLength] * blockLength + index % blockLength);
            values.Add(_values[index]);
        }
        return new(blockLength, [.. indices], [.. values]);
    }
}
