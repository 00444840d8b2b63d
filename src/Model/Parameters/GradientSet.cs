using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Networks;

/// <summary>
/// Gradient of the mean batch loss: per layer a value for each connection, in the order of the topology that <see cref="TopologyIds"/>
/// names, and one for each bias.
/// </summary>
public sealed class Gradients : IDisposable
{
    private readonly NativeBuffer<float>[] _values;
    private readonly NativeBuffer<float>[] _biases;

    /// <summary>Zero gradients for the present topologies of <paramref name="network"/>.</summary>
    public Gradients(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _values = [.. network.Layers.Select(layer => new NativeBuffer<float>(layer.Topology.ConnectionCount))];
        _biases = [.. network.Layers.Select(layer => new NativeBuffer<float>(layer.Topology.OutputCount))];
        TopologyIds = [.. network.Layers.Select(layer => layer.Topology.Id)];
    }

    /// <summary>Gradient of every connection, per layer (nnz).</summary>
    public IReadOnlyList<NativeBuffer<float>> Values => _values;

    /// <summary>Gradient of every bias, per layer (n_out).</summary>
    public IReadOnlyList<NativeBuffer<float>> Biases => _biases;

    /// <summary>The topology that each layer's values are aligned with.</summary>
    public ulong[] TopologyIds { get; }

    /// <summary>
    /// Makes room for the present topologies of <paramref name="network"/>; the content is undefined where a topology changed.
    /// </summary>
    /// <exception cref="ArgumentException">The network is of another shape.</exception>
    public void FitTo(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (var index = 0; index < _values.Length; index++)
        {
            var topology = network.Layers[index].Topology;
            if (_biases[index].Length != topology.OutputCount)
                throw new ArgumentException($"layer {index} has {topology.OutputCount} biases, their gradients {_biases[index].Length}");
            if (_values[index].Length != topology.ConnectionCount)
            {
                _values[index].Dispose();
                _values[index] = new(topology.ConnectionCount, zeroed: false);
            }
            TopologyIds[index] = topology.Id;
        }
    }

    /// <summary>
    /// Carries a layer's values over to the topology of <paramref name="change"/> (RetainValidUpdates, wasap specification, section 5):
    /// entries of surviving connections stay as they are, those of removed ones go, and grown connections, even where one was removed, get
    /// 0. Biases stay. Returns the number of entries that went.
    /// </summary>
    /// <exception cref="InvalidOperationException">The values belong to another topology than the change starts from.</exception>
    public int RetainValid(int layer, TopologyChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (TopologyIds[layer] != change.FromId)
            throw new InvalidOperationException(
                $"the change starts from topology {change.FromId:x16}; the gradient has {TopologyIds[layer]:x16}");
        var values = new NativeBuffer<float>(change.To.ConnectionCount, zeroed: false);
        change.Carry(_values[layer], values);
        _values[layer].Dispose();
        _values[layer] = values;
        TopologyIds[layer] = change.To.Id;
        return change.PrunedCount;
    }

    /// <summary>Euclidean norm over all connections and biases, summed in double precision in one fixed order.</summary>
    public double Norm()
    {
        double sum = 0;
        foreach (var values in _values) sum += SquareSum.Of(values);
        foreach (var biases in _biases) sum += SquareSum.Of(biases);
        return Math.Sqrt(sum);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _values) buffer.Dispose();
        foreach (var buffer in _biases) buffer.Dispose();
    }
}
