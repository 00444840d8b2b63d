using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// A topology read by columns: for every input neuron its output neurons and where their connections are stored. With it the gradient by
/// the input is a gather like the forward pass, about half the cost of scattering it (docs/performance.md). 8 bytes a connection, and so
/// only worth having where the activations of a batch take more memory than that; 16 once somebody asks for room in the columns' order.
/// </summary>
internal sealed unsafe class TransposedIndex : IDisposable
{
    private readonly ulong _topologyId;
    private readonly int _outputCount;
    private readonly NativeBuffer<int> _columnStarts;
    private readonly NativeBuffer<int> _rows;
    private readonly NativeBuffer<int> _positions;
    private readonly Lazy<NativeBuffer<float>> _room; // whichever thread asks first

    /// <summary>Transposes by counting, in time linear in neurons and connections.</summary>
    internal TransposedIndex(Topology topology)
    {
        _topologyId = topology.Id;
        _outputCount = topology.OutputCount;
        _columnStarts = new(topology.InputCount + 1L);
        _rows = new(topology.ConnectionCount, zeroed: false);
        _positions = new(topology.ConnectionCount, zeroed: false);
        _room = new(() => new(2L * topology.ConnectionCount, zeroed: false));
        int* starts = ColumnStarts, rows = Rows, positions = Positions, columns = topology.Columns;
        for (long position = 0; position < topology.ConnectionCount; position++) starts[columns[position] + 1L]++;
        for (long column = 0; column < topology.InputCount; column++) starts[column + 1] += starts[column];
        using var next = _columnStarts.Clone();
        for (long row = 0; row < topology.OutputCount; row++)
        {
            for (long position = topology.RowStarts[row]; position < topology.RowStarts[row + 1]; position++)
            {
                var target = next[columns[position]]++;
                rows[target] = (int)row;
                positions[target] = (int)position;
            }
        }
    }

    /// <summary>Bytes held.</summary>
    internal long Bytes => _columnStarts.Bytes + _rows.Bytes + _positions.Bytes + (_room.IsValueCreated ? _room.Value.Bytes : 0);

    /// <summary>Connections in all columns.</summary>
    internal int Count => (int)_rows.Length;

    /// <summary>Where each column starts in <see cref="Rows"/> and <see cref="Positions"/>: n_in + 1 values.</summary>
    internal int* ColumnStarts => _columnStarts.Pointer;

    /// <summary>Rows (output neurons) of the connections, ascending in a column.</summary>
    internal int* Rows => _rows.Pointer;

    /// <summary>Positions of the connections in the topology's own order.</summary>
    internal int* Positions => _positions.Pointer;

    /// <summary>Room for a value of each connection in the order of columns; what is in it lasts for a pass.</summary>
    internal float* Values => _room.Value.Pointer;

    /// <summary>The same for gradients.</summary>
    internal float* Gradients => _room.Value.Pointer + _rows.Length;

    /// <summary>
    /// Whether the index of <paramref name="topology"/> takes less memory than the activations of <paramref name="batch"/> samples.
    /// </summary>
    internal static bool IsWorthwhile(Topology topology, int batch) =>
        2L * topology.ConnectionCount <= (long)batch * ((long)topology.InputCount + topology.OutputCount);

    /// <summary>
    /// Whether this is an index of <paramref name="topology"/>. The shape is compared too: an identity that came from a file or a peer is
    /// only a claim, and an index of other arrays leads beyond their ends.
    /// </summary>
    internal bool IsOf(Topology topology) => topology.Id == _topologyId && topology.ConnectionCount == _rows.Length
        && topology.InputCount + 1L == _columnStarts.Length && topology.OutputCount == _outputCount;

    /// <inheritdoc/>
    public void Dispose()
    {
        _columnStarts.Dispose();
        _rows.Dispose();
        _positions.Dispose();
        if (_room.IsValueCreated) _room.Value.Dispose();
    }
}
