using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>The gates of some neurons for some tiles, one bit a sample: those of the neurons that are worked on, never of all.</summary>
internal sealed unsafe class GateTable(RecoveryData data, int firstTile, int endTile) : IDisposable
{
    private readonly int _rowBytes = (endTile - firstTile) * TileKernels.GateBytes;
    private NativeBuffer<byte> _bits = new(0);
    private int[] _neurons = [];
    private Gates? _of;

    /// <summary>Bytes held.</summary>
    public long Bytes => _bits.Bytes;

    /// <summary>Makes the gates of <paramref name="neurons"/> (ascending) available; those that are there stay.</summary>
    public void Provide(Gates gates, int[] neurons, ThreadTeam team, TileScratch[] scratch)
    {
        var isSame = gates.IsSame(_of);
        if (isSame && (ReferenceEquals(neurons, _neurons) || Array.TrueForAll(neurons, neuron => RowOf(neuron) >= 0))) return;
        var bits = new NativeBuffer<byte>((long)neurons.Length * _rowBytes);
        var missing = new List<int>();
        for (var row = 0; row < neurons.Length; row++)
        {
            if (isSame && RowOf(neurons[row]) is >= 0 and var old)
                Buffer.MemoryCopy(_bits.Pointer + (long)old * _rowBytes, bits.Pointer + (long)row * _rowBytes, _rowBytes, _rowBytes);
            else missing.Add(row);
        }
        _bits.Dispose();
        (_bits, _neurons, _of) = (bits, neurons, gates);
        if (gates.Generators is not null) FillOfVector([.. missing], team, scratch);
        else FillDrawn([.. missing], team, scratch);
    }

    /// <summary>Where the gates of a neuron are, or a negative number.</summary>
    public int RowOf(int neuron) => Array.BinarySearch(_neurons, neuron);

    /// <summary>The gates of a row for a tile.</summary>
    public byte* Of(int row, int tile) => _bits.Pointer + (long)row * _rowBytes + (tile - firstTile) * TileKernels.GateBytes;

    /// <inheritdoc/>
    public void Dispose() => _bits.Dispose();

    private void FillOfVector(int[] rows, ThreadTeam team, TileScratch[] scratch) =>
        team.Run((Table: this, Rows: rows, Scratch: scratch, team.Size), static (pass, member) =>
        {
            var generators = pass.Table._of!.Generators!;
            fixed (int* places = generators.Places)
            fixed (double* values = generators.Values)
                for (var tile = pass.Table.FirstTile + member; tile < pass.Table.EndTile; tile += pass.Size)
                    foreach (var row in pass.Rows) pass.Table.Fill(row, tile, generators, places, values, pass.Scratch[member].Row);
        });

    private int FirstTile => firstTile;

    private int EndTile => endTile;

    private void Fill(int row, int tile, SparseVector generators, int* places, double* values, double* product)
    {
        if (generators.FindNeuron(_neurons[row]) is < 0) return;
        var block = generators.FindNeuron(_neurons[row]);
        var (start, end, lanes) = (generators.Starts[block], generators.Starts[block + 1], data.LanesOf(tile));
        TileKernels.Combine(data.Tile(tile), places + start, values + start, end - start, lanes, product);
        TileKernels.Open(product, lanes, Of(row, tile));
    }

    private void FillDrawn(int[] rows, ThreadTeam team, TileScratch[] scratch)
    {
        using var generators = DrawnGenerators.Draw(_of!, [.. rows.Select(row => _neurons[row])], data.FeatureCount, team);
        team.Run((Table: this, Rows: rows, Scratch: scratch, Generators: generators, team.Size), static (pass, member) =>
        {
            var gates = pass.Scratch[member].Gates;
            for (var tile = pass.Table.FirstTile + member; tile < pass.Table.EndTile; tile += pass.Size)
                for (var first = 0; first < pass.Rows.Length; first += TileKernels.Quad)
                {
                    pass.Table.OpenQuad(tile, pass.Generators.QuadOf(first), gates);
                    for (var quad = 0; quad < Math.Min(TileKernels.Quad, pass.Rows.Length - first); quad++)
                        new ReadOnlySpan<byte>(gates + quad * TileKernels.GateBytes, TileKernels.GateBytes)
                            .CopyTo(new(pass.Table.Of(pass.Rows[first + quad], tile), TileKernels.GateBytes));
                }
        });
    }

    private void OpenQuad(int tile, float* generators, byte* gates)
    {
        new Span<byte>(gates, TileKernels.Quad * TileKernels.GateBytes).Clear();
        TileKernels.OpenQuad(data.Tile(tile), data.FeatureCount, generators, data.LanesOf(tile), gates);
    }
}
