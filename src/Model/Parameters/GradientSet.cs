using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Parameters;

/// <summary>
/// Gradient of the mean batch loss by every parameter: for each block an array in its order, that of a sparse block aligned with the
/// topology that <see cref="TopologyIds"/> names.
/// </summary>
internal sealed class GradientSet : IDisposable
{
    // All arrays, and the same again as sparse and dense ones.
    private readonly NativeBuffer<float>[] _blocks, _sparse, _dense;
    private readonly int[] _places;

    /// <summary>Zero gradients for the present topologies of <paramref name="parameters"/>.</summary>
    public GradientSet(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Layout = parameters.Layout;
        _blocks = [.. parameters.Blocks.Select(block => new NativeBuffer<float>(block.Values.Length))];
        var layout = Layout.Blocks;
        _places = [.. Enumerable.Range(0, _blocks.Length).Where(index => layout[index].IsSparse)];
        _sparse = [.. _places.Select(index => _blocks[index])];
        _dense = [.. _blocks.Where((_, index) => !layout[index].IsSparse)];
        TopologyIds = [.. parameters.Sparse.Select(block => block.Topology.Id)];
    }

    /// <summary>What the blocks are.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The arrays of all blocks, in the order of the layout.</summary>
    public IReadOnlyList<NativeBuffer<float>> Blocks => _blocks;

    /// <summary>Gradient of every connection, for each sparse block (nnz).</summary>
    public IReadOnlyList<NativeBuffer<float>> Sparse => _sparse;

    /// <summary>Gradient of every parameter, for each dense block.</summary>
    public IReadOnlyList<NativeBuffer<float>> Dense => _dense;

    /// <summary>The topology that the gradients of each sparse block are aligned with.</summary>
    public ulong[] TopologyIds { get; }

    /// <summary>
    /// Makes room for the present topologies of <paramref name="parameters"/>; the content is undefined where a topology changed.
    /// </summary>
    /// <exception cref="ArgumentException">The parameters are of another layout.</exception>
    public void FitTo(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!Layout.Equals(parameters.Layout)) throw new ArgumentException("the parameters are of another layout", nameof(parameters));
        for (var index = 0; index < _sparse.Length; index++)
        {
            var topology = parameters.Sparse[index].Topology;
            if (_sparse[index].Length != topology.ConnectionCount) Replace(index, new(topology.ConnectionCount, zeroed: false));
            TopologyIds[index] = topology.Id;
        }
    }

    /// <summary>Whether every array is aligned with the present blocks of <paramref name="parameters"/>.</summary>
    public bool IsAlignedWith(ParameterSet parameters) => FindMisaligned(parameters) is null;

    /// <summary>Refuses parameters that these gradients are not aligned with.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to other topologies.</exception>
    public void CheckAligned(ParameterSet parameters)
    {
        if (FindMisaligned(parameters) is { } name)
            throw new InvalidOperationException($"{name}: the gradients belong to another topology");
    }

    /// <summary>
    /// Carries the gradients of a sparse block over to the topology of <paramref name="change"/> (RetainValidUpdates, wasap specification,
    /// section 5): entries of surviving connections stay as they are, those of removed ones go, and grown connections, even where one was
    /// removed, get 0. Returns the number of entries that went.
    /// </summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology than the change starts from.</exception>
    public int RetainValid(int sparseBlock, TopologyChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (TopologyIds[sparseBlock] != change.FromId)
            throw new InvalidOperationException(
                $"the change starts from topology {change.FromId:x16}; the gradient has {TopologyIds[sparseBlock]:x16}");
        var values = new NativeBuffer<float>(change.To.ConnectionCount, zeroed: false);
        change.Carry(_sparse[sparseBlock], values);
        Replace(sparseBlock, values);
        TopologyIds[sparseBlock] = change.To.Id;
        return change.PrunedCount;
    }

    /// <summary>Euclidean norm over all parameters but running averages, summed in double precision in one fixed order: sparse blocks first.</summary>
    public double Norm()
    {
        double sum = 0;
        foreach (var values in _sparse) sum += SquareSum.Of(values);
        for (var index = 0; index < _dense.Length; index++)
            if (!Layout.Dense[index].IsRunningAverage) sum += SquareSum.Of(_dense[index]);
        return Math.Sqrt(sum);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _blocks) buffer.Dispose();
    }

    // The name of the first block whose gradients are not aligned; null if there is none.
    private string? FindMisaligned(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!Layout.Equals(parameters.Layout)) return "another network";
        for (var index = 0; index < _sparse.Length; index++)
        {
            var block = parameters.Sparse[index];
            if (TopologyIds[index] != block.Topology.Id || _sparse[index].Length != block.Values.Length) return Layout.Sparse[index].Name;
        }
        return null;
    }

    private void Replace(int sparseBlock, NativeBuffer<float> values)
    {
        _sparse[sparseBlock].Dispose();
        _sparse[sparseBlock] = _blocks[_places[sparseBlock]] = values;
    }
}
