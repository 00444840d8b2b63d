using ActorSparse.Model.Numerics;

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

    /// <summary>Makes room for the present topologies of <paramref name="network"/>; the content is undefined where a topology changed.</summary>
    public void FitTo(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (var index = 0; index < _values.Length; index++)
        {
            var topology = network.Layers[index].Topology;
            if (TopologyIds[index] == topology.Id) continue;
            if (_values[index].Length != topology.ConnectionCount)
            {
                _values[index].Dispose();
                _values[index] = new(topology.ConnectionCount, zeroed: false);
            }
            TopologyIds[index] = topology.Id;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _values) buffer.Dispose();
        foreach (var buffer in _biases) buffer.Dispose();
    }
}
