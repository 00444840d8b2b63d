using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>What is summed over samples for networks with one output: products with A = [D_1 X, ..., D_m X], which is never made.</summary>
internal sealed unsafe class ScalarSums : IDisposable
{
    private readonly RecoveryData _data;
    private readonly ThreadTeam _team;
    private readonly TileScratch[] _scratch;
    private readonly int _firstTile, _endTile;
    private readonly GateTable _gates;
    private readonly NativeBuffer<double> _residual;
    private readonly bool[] _hasResidual;
    private Gates? _residualGates;
    private SparseVector? _residualPoint;
    private DrawnGenerators? _generators;
    private int[] _pointRows = [], _neuronRows = [];

    internal ScalarSums(RecoveryData data, ThreadTeam team, TileScratch[] scratch, int firstTile, int endTile)
    {
        (_data, _team, _scratch, _firstTile, _endTile) = (data, team, scratch, firstTile, endTile);
        _gates = new(data, firstTile, endTile);
        _residual = new((long)(endTile - firstTile) * TileKernels.Lanes);
        _hasResidual = new bool[endTile - firstTile];
    }

    /// <summary>Bytes held.</summary>
    public long Bytes => _residual.Bytes + _gates.Bytes;

    /// <summary>What all tiles of a request need; before <see cref="Add"/>.</summary>
    public void Prepare(SumRequest request, int firstChunk, int endChunk)
    {
        var gates = request.Gates!;
        // A neuron without a generator is never on; of generators that are drawn only those of the support are kept.
        _gates.Provide(gates, gates.Generators?.Neurons ?? request.Point.Neurons, _team, _scratch);
        _pointRows = [.. request.Point.Neurons.Select(_gates.RowOf)];
        if (request.Kind == SumKind.Blocks)
        {
            if (gates.Seed is not null) _generators = DrawnGenerators.Draw(gates, request.Neurons, _data.FeatureCount, _team);
            else _neuronRows = [.. request.Neurons.Select(_gates.RowOf)];
        }
        if (request.Kind == SumKind.Gram) return;
        if (_residualPoint is { } point && gates.IsSame(_residualGates) && request.Point.IsSame(point)) return;
        (_residualGates, _residualPoint) = (gates, request.Point);
        Array.Clear(_hasResidual);
    }

    /// <summary>Frees what only this request needed.</summary>
    public void Finish()
    {
        _generators?.Dispose();
        _generators = null;
    }

    /// <summary>Adds what a tile has.</summary>
    public void Add(SumRequest request, int tile, TileScratch scratch, double* sums)
    {
        var lanes = _data.LanesOf(tile);
        if (request.Kind == SumKind.Gram)
        {
            scratch.ClearOutputs();
            Predict(request.Point, tile, scratch, scratch.Outputs);
            CorrelateSupport(request.Point, tile, scratch.Outputs, scratch.Row, sums);
            return;
        }
        var residual = Residual(request.Point, tile, scratch);
        sums[0] += TileKernels.Dot(residual, residual, lanes);
        if (request.Kind == SumKind.SupportGradient) CorrelateSupport(request.Point, tile, residual, scratch.Row, sums + 1);
        else CorrelateBlocks(request.Neurons, tile, residual, scratch, sums + 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish();
        _gates.Dispose();
        _residual.Dispose();
    }

    // A w - y, once for each point: a tile belongs to one thread.
    private double* Residual(SparseVector point, int tile, TileScratch scratch)
    {
        var residual = _residual.Pointer + (long)(tile - _firstTile) * TileKernels.Lanes;
        if (_hasResidual[tile - _firstTile]) return residual;
        var targets = _data.Targets(tile);
        for (var lane = 0; lane < TileKernels.Lanes; lane++) residual[lane] = -targets[lane];
        Predict(point, tile, scratch, residual);
        _hasResidual[tile - _firstTile] = true;
        return residual;
    }

    // target += A v.
    private void Predict(SparseVector point, int tile, TileScratch scratch, double* target)
    {
        var lanes = _data.LanesOf(tile);
        fixed (int* places = point.Places)
        fixed (double* values = point.Values)
            for (var block = 0; block < point.Neurons.Length; block++)
            {
                var row = _pointRows[block];
                if (row < 0) continue;
                var start = point.Starts[block];
                TileKernels.Combine(_data.Tile(tile), places + start, values + start, point.Starts[block + 1] - start, lanes, scratch.Row);
                TileKernels.AddGated(scratch.Row, _gates.Of(row, tile), 1, lanes, target);
            }
    }

    private void CorrelateSupport(SparseVector point, int tile, double* values, double* gated, double* sums)
    {
        var features = _data.Tile(tile);
        var lanes = _data.LanesOf(tile);
        for (var block = 0; block < point.Neurons.Length; block++)
        {
            var row = _pointRows[block];
            if (row < 0) continue;
            TileKernels.Gate(values, _gates.Of(row, tile), lanes, gated);
            for (var entry = point.Starts[block]; entry < point.Starts[block + 1]; entry++)
                sums[entry] += TileKernels.Dot(gated, features + (long)point.Places[entry] * TileKernels.Lanes, lanes);
        }
    }

    private void CorrelateBlocks(int[] neurons, int tile, double* residual, TileScratch scratch, double* sums)
    {
        var features = _data.Tile(tile);
        var lanes = _data.LanesOf(tile);
        for (var first = 0; first < neurons.Length; first += TileScratch.GroupNeurons)
        {
            var count = Math.Min(TileScratch.GroupNeurons, neurons.Length - first);
            if (_generators is not null)
                for (var quad = 0; quad < count; quad += TileKernels.Quad)
                    TileKernels.OpenQuad(features, _data.FeatureCount, _generators.QuadOf(first + quad), lanes,
                        scratch.Gates + quad * TileKernels.GateBytes);
            for (var member = 0; member < count; member++)
            {
                var target = scratch.Group + member * TileKernels.Lanes;
                if (_generators is not null) TileKernels.Gate(residual, scratch.Gates + member * TileKernels.GateBytes, lanes, target);
                else if (_neuronRows[first + member] is >= 0 and var row) TileKernels.Gate(residual, _gates.Of(row, tile), lanes, target);
                else new Span<double>(target, TileKernels.Lanes).Clear();
            }
            TileKernels.Correlate(features, _data.FeatureCount, scratch.Group, count, lanes, sums + (long)first * _data.FeatureCount);
        }
    }
}
