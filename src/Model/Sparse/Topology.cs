using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Sparse;

/// <summary>
/// Which connections a layer has: compressed sparse rows, a row per output neuron, columns (input neurons) strictly ascending in a row.
/// Immutable and shared: replicas, snapshots and messages hold the same object by <see cref="Retain"/>, and its memory goes when the
/// last holder disposes of it.
/// </summary>
/// <remarks>
/// <see cref="Id"/> names a topology by its whole history, not only by its content: a connection that was removed and later grown at the
/// same place is a new one, and no gradient of the old one may reach it (wasap specification, section 5).
/// </remarks>
public sealed unsafe class Topology : IDisposable
{
    private readonly NativeBuffer<int> _rowStarts;
    private readonly NativeBuffer<int> _columns;
    private readonly NativeBuffer<int>? _regrown;
    private int _holders = 1;

    /// <summary>
    /// Takes over the two buffers; <paramref name="parentId"/> is the identity this topology evolved from, 0 for a first one.
    /// </summary>
    /// <exception cref="ArgumentException">The arrays are not compressed sparse rows of that shape.</exception>
    public Topology(int inputCount, int outputCount, NativeBuffer<int> rowStarts, NativeBuffer<int> columns, ulong parentId = 0)
        : this(rowStarts, columns, inputCount, outputCount) => Id = Identify(parentId);

    /// <summary>As above, for one that evolved from another by a change.</summary>
    /// <param name="parent">The topology that it evolved from.</param>
    /// <param name="rowStarts">Row starts; taken over.</param>
    /// <param name="columns">Columns; taken over.</param>
    /// <param name="regrown">
    /// Positions, ascending, of connections that were removed and grown again where they had been; taken over. Null if there are none.
    /// </param>
    internal Topology(Topology parent, NativeBuffer<int> rowStarts, NativeBuffer<int> columns, NativeBuffer<int>? regrown)
        : this(parent.InputCount, parent.OutputCount, rowStarts, columns, parent.Id)
    {
        ParentId = parent.Id;
        _regrown = regrown;
    }

    private Topology(NativeBuffer<int> rowStarts, NativeBuffer<int> columns, int inputCount, int outputCount)
    {
        ArgumentNullException.ThrowIfNull(rowStarts);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputCount);
        InputCount = inputCount;
        OutputCount = outputCount;
        _rowStarts = rowStarts;
        _columns = columns;
        Check();
    }

    /// <summary>Takes over the two buffers of a topology whose identity is known, as when a checkpoint is read.</summary>
    /// <exception cref="ArgumentException">The arrays are not compressed sparse rows of that shape.</exception>
    internal static Topology Restore(int inputCount, int outputCount, NativeBuffer<int> rowStarts, NativeBuffer<int> columns, ulong id) =>
        new(rowStarts, columns, inputCount, outputCount) { Id = id };

    /// <summary>Number of input neurons, n_in: columns.</summary>
    public int InputCount { get; }

    /// <summary>Number of output neurons, n_out: rows.</summary>
    public int OutputCount { get; }

    /// <summary>Number of stored connections, nnz.</summary>
    public int ConnectionCount => (int)_columns.Length;

    /// <summary>Identity of this topology and its history; never 0.</summary>
    public ulong Id { get; private init; }

    /// <summary>
    /// The topology that this one evolved from by one change, which can be told from both (<see cref="TopologyChange.Between"/>); 0 if it
    /// came otherwise.
    /// </summary>
    internal ulong ParentId { get; }

    /// <summary>
    /// Positions of connections that the parent had too but that are not the same: removed and grown again. All others at places where the
    /// parent has one survived.
    /// </summary>
    internal ReadOnlySpan<int> Regrown => _regrown is { } regrown ? regrown.Span : [];

    /// <summary>Row starts, n_out + 1 values: row j holds positions RowStarts[j] to RowStarts[j + 1] - 1. Read only.</summary>
    internal int* RowStarts => _rowStarts.Pointer;

    /// <summary>Column (input neuron) of every connection, nnz values. Read only.</summary>
    internal int* Columns => _columns.Pointer;

    /// <summary>Fraction of the possible connections that exist.</summary>
    public double Density => ConnectionCount / ((double)InputCount * OutputCount);

    /// <summary>Bytes of the index arrays.</summary>
    public long Bytes => _rowStarts.Bytes + _columns.Bytes;

    /// <summary>
    /// Whether <paramref name="other"/> is the same topology, so that arrays aligned with the one fit the other: by identity, and by shape,
    /// since an identity from a file or a peer is only a claim, and no array may be read beyond its end because of it.
    /// </summary>
    internal bool IsSame(Topology other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Id == other.Id && ConnectionCount == other.ConnectionCount && HasShapeOf(other);
    }

    /// <summary>Whether <paramref name="other"/> has as many inputs and outputs.</summary>
    internal bool HasShapeOf(Topology other) => InputCount == other.InputCount && OutputCount == other.OutputCount;

    /// <summary>Whether <paramref name="other"/> has the same connections, whatever their history. O(nnz + rows).</summary>
    internal bool HasConnectionsOf(Topology other)
    {
        if (!HasShapeOf(other) || ConnectionCount != other.ConnectionCount) return false;
        for (long row = 0; row < OutputCount; row++)
            if (!Row(row).SequenceEqual(other.Row(row))) return false;
        return true;
    }

    /// <summary>Position where row <paramref name="row"/> starts.</summary>
    public int RowStart(long row) => _rowStarts[row];

    /// <summary>Columns of row <paramref name="row"/>, ascending.</summary>
    public ReadOnlySpan<int> Row(long row) => _columns.Slice(_rowStarts[row], _rowStarts[row + 1] - _rowStarts[row]);

    /// <summary>Position of the connection from <paramref name="column"/> to <paramref name="row"/>, or -1 if there is none.</summary>
    public int Find(int row, int column)
    {
        var offset = Row(row).BinarySearch(column);
        return offset < 0 ? -1 : _rowStarts[row] + offset;
    }

    /// <summary>Adds a holder, who must dispose of the topology in turn.</summary>
    internal Topology Retain()
    {
        Holders.Add(ref _holders, this);
        return this;
    }

    /// <summary>Whether more than one holds it.</summary>
    internal bool IsShared => Volatile.Read(ref _holders) > 1;

    /// <summary>Ends one holder's use; the last one frees the memory.</summary>
    public void Dispose()
    {
        if (!Holders.Remove(ref _holders)) return;
        _rowStarts.Dispose();
        _columns.Dispose();
        _regrown?.Dispose();
    }

    private void Check()
    {
        if (_rowStarts.Length != (long)OutputCount + 1 || _columns.Length > int.MaxValue)
            throw new ArgumentException($"a topology of {OutputCount} rows needs {OutputCount + 1L} row starts; got {_rowStarts.Length}");
        int* starts = _rowStarts.Pointer, columns = _columns.Pointer;
        if (starts[0] != 0 || starts[OutputCount] != _columns.Length)
            throw new ArgumentException("row starts must begin with 0 and end with the number of connections");
        // All of them before any column is read: where a row starts decides what is read, and both may come from a file or a peer. They
        // begin with 0 and end with the number of connections, so that ascending ones lie in between.
        for (long row = 0; row < OutputCount; row++)
            if (starts[row] > starts[row + 1]) throw new ArgumentException($"row starts descend at row {row}");
        for (long row = 0; row < OutputCount; row++)
        {
            int start = starts[row], end = starts[row + 1];
            var previous = -1;
            for (var position = start; position < end; position++)
            {
                var column = columns[position];
                if (column <= previous || column >= InputCount)
                    throw new ArgumentException($"columns of row {row} are not ascending within 0..{InputCount - 1}");
                previous = column;
            }
        }
    }

    // SHA-256 because the framework has it in hardware: 64 of its bits tell topologies apart for as long as any run lasts.
    private ulong Identify(ulong parentId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(header, parentId);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], InputCount);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], OutputCount);
        hash.AppendData(header);
        Append(hash, _rowStarts);
        Append(hash, _columns);
        var id = BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
        return id == 0 ? 1 : id;
    }

    private static void Append(IncrementalHash hash, NativeBuffer<int> buffer)
    {
        const long ChunkBytes = 1 << 30;
        for (long offset = 0; offset < buffer.Bytes; offset += ChunkBytes)
            hash.AppendData(new ReadOnlySpan<byte>((byte*)buffer.Pointer + offset, (int)Math.Min(ChunkBytes, buffer.Bytes - offset)));
    }
}
