using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery.Baseline;

/// <summary>
/// A perceptron of rectifiers without biases, all of whose weights have a place in memory, and which of them are kept. Only those are
/// computed with, in double precision; sums over samples are in a fixed order.
/// </summary>
internal sealed unsafe class DenseNetwork : IDisposable
{
    // Gradients are summed in so many parts: what threads share, however many they are.
    private const int Parts = 8;

    private readonly int[] _sizes;
    private readonly RecoveryData _data;
    private readonly bool _isCrossEntropy;
    private readonly ThreadTeam _team;
    private readonly NativeBuffer<double>[] _values;
    private readonly double[][] _gradients;
    private readonly double[] _losses = new double[Parts];
    private int[] _rows = [];
    private int[] _inputs = [], _indices = [];
    private double[] _kept = [];

    /// <summary>All weights 0 and kept.</summary>
    public DenseNetwork(int[] sizes, RecoveryData data, bool isCrossEntropy, ThreadTeam team)
    {
        (_sizes, _data, _isCrossEntropy, _team) = (sizes, data, isCrossEntropy, team);
        Starts = new int[sizes.Length];
        for (var layer = 0; layer + 1 < sizes.Length; layer++) Starts[layer + 1] = checked(Starts[layer] + sizes[layer] * sizes[layer + 1]);
        Weights = new double[Starts[^1]];
        IsKept = new bool[Weights.Length];
        Array.Fill(IsKept, true);
        _gradients = [.. Enumerable.Range(0, Parts).Select(_ => new double[Weights.Length])];
        // A row of lanes for every neuron, and one for its error.
        _values = [.. Enumerable.Range(0, team.Size).Select(_ => new NativeBuffer<double>(2L * sizes[1..].Sum() * TileKernels.Lanes))];
        ListKept();
    }

    /// <summary>Where the weights of each layer begin, and the end: a row of inputs for each output.</summary>
    public int[] Starts { get; }

    /// <summary>All weights.</summary>
    public double[] Weights { get; }

    /// <summary>Which of them are kept. The others are 0; after a change <see cref="ListKept"/>.</summary>
    public bool[] IsKept { get; }

    /// <summary>Takes note of which weights are kept.</summary>
    public void ListKept()
    {
        var (rows, inputs, indices) = (new List<int>(), new List<int>(), new List<int>());
        for (var layer = 0; layer + 1 < _sizes.Length; layer++)
            for (var output = 0; output < _sizes[layer + 1]; output++)
            {
                rows.Add(inputs.Count);
                for (var input = 0; input < _sizes[layer]; input++)
                {
                    var index = Starts[layer] + output * _sizes[layer] + input;
                    if (!IsKept[index]) continue;
                    inputs.Add(input);
                    indices.Add(index);
                }
            }
        rows.Add(inputs.Count);
        (_rows, _inputs, _indices, _kept) = ([.. rows], [.. inputs], [.. indices], new double[indices.Count]);
    }

    /// <summary>The gradient of the mean loss over some tiles: the mean squared error over samples and outputs, or cross-entropy.</summary>
    public void Differentiate(int firstTile, int endTile, double[] gradient)
    {
        Pass(firstTile, endTile, differentiates: true);
        double samples = 0;
        for (var tile = firstTile; tile < endTile; tile++) samples += _data.Chunks.SamplesOfTile(tile);
        var factor = _isCrossEntropy ? 1 / samples : 2 / (samples * _data.OutputCount);
        foreach (var index in _indices)
        {
            double sum = 0;
            foreach (var part in _gradients) sum += part[index];
            gradient[index] = factor * sum;
        }
    }

    /// <summary>The sum over all samples of half the squared error, or of cross-entropy.</summary>
    public double Loss()
    {
        Pass(0, _data.Chunks.TileCount, differentiates: false);
        return _losses.Sum();
    }

    /// <summary>The weights that are kept, without neurons that do nothing.</summary>
    public RecoveredNetwork ToRecovered()
    {
        var matrices = new List<SparseVector>();
        for (var layer = 0; layer + 1 < _sizes.Length; layer++)
            matrices.Add(SparseVector.Of(_sizes[layer], Weights.AsSpan(Starts[layer], Starts[layer + 1] - Starts[layer])));
        // Output weights as a block for each neuron.
        var (neurons, outputs) = (_sizes[^2], _sizes[^1]);
        var transposed = new double[neurons * outputs];
        for (var output = 0; output < outputs; output++)
            for (var neuron = 0; neuron < neurons; neuron++) transposed[neuron * outputs + output] = matrices[^1][(long)output * neurons + neuron];
        return new([.. matrices[..^1]], SparseVector.Of(outputs, transposed), HasBias: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var values in _values) values.Dispose();
    }

    private void Pass(int firstTile, int endTile, bool differentiates)
    {
        for (var entry = 0; entry < _kept.Length; entry++) _kept[entry] = Weights[_indices[entry]];
        _team.Run((Network: this, First: firstTile, End: endTile, Differentiates: differentiates), static (pass, member) =>
        {
            var self = pass.Network;
            for (var part = member; part < Parts; part += self._team.Size)
            {
                self._losses[part] = 0;
                if (pass.Differentiates)
                    foreach (var index in self._indices) self._gradients[part][index] = 0;
                for (var tile = pass.First + part; tile < pass.End; tile += Parts)
                {
                    self._losses[part] += self.Forward(tile, self._values[member].Pointer);
                    if (pass.Differentiates) self.Backward(tile, self._values[member].Pointer, self._gradients[part]);
                }
            }
        });
    }

    private double* Row(double* values, int layer, int neuron, bool isError = false)
    {
        var before = 0;
        for (var other = 1; other < layer; other++) before += _sizes[other];
        return values + (2L * before + (isError ? _sizes[layer] : 0) + neuron) * TileKernels.Lanes;
    }

    private int FirstRow(int layer)
    {
        var before = 0;
        for (var other = 1; other < layer; other++) before += _sizes[other];
        return before;
    }

    // Values of all neurons, errors of the outputs, and the loss.
    private double Forward(int tile, double* values)
    {
        var lanes = _data.LanesOf(tile);
        for (var layer = 1; layer < _sizes.Length; layer++)
            for (var output = 0; output < _sizes[layer]; output++)
            {
                var target = Row(values, layer, output);
                new Span<double>(target, TileKernels.Lanes).Clear();
                var row = FirstRow(layer) + output;
                if (layer == 1) CombineFeatures(tile, row, lanes, target);
                else
                    for (var entry = _rows[row]; entry < _rows[row + 1]; entry++)
                        TileKernels.AddScaled(Row(values, layer - 1, _inputs[entry]), _kept[entry], lanes, target);
                if (layer == _sizes.Length - 1) continue;
                for (var lane = 0; lane < lanes; lane++) target[lane] = Math.Max(0, target[lane]);
            }
        return _isCrossEntropy ? SoftmaxErrors(tile, values) : SquaredErrors(tile, values);
    }

    private void CombineFeatures(int tile, int row, int lanes, double* target)
    {
        var count = _rows[row + 1] - _rows[row];
        if (count == 0) return;
        fixed (int* inputs = _inputs)
        fixed (double* weights = _kept)
            TileKernels.Combine(_data.Tile(tile), inputs + _rows[row], weights + _rows[row], count, lanes, target);
    }

    private double SquaredErrors(int tile, double* values)
    {
        double loss = 0;
        var (last, lanes) = (_sizes.Length - 1, _data.LanesOf(tile));
        for (var output = 0; output < _sizes[last]; output++)
        {
            double* error = Row(values, last, output, isError: true), value = Row(values, last, output);
            for (var lane = 0; lane < lanes; lane++) error[lane] = value[lane] - _data.Targets(tile)[output * TileKernels.Lanes + lane];
            loss += TileKernels.Dot(error, error, lanes) / 2;
        }
        return loss;
    }

    private double SoftmaxErrors(int tile, double* values)
    {
        double loss = 0;
        var last = _sizes.Length - 1;
        for (var lane = 0; lane < _data.LanesOf(tile); lane++)
        {
            double largest = double.NegativeInfinity, sum = 0, own = 0;
            var isSample = lane < _data.Chunks.SamplesOfTile(tile);
            for (var output = 0; output < _sizes[last]; output++) largest = Math.Max(largest, Row(values, last, output)[lane]);
            for (var output = 0; output < _sizes[last]; output++) sum += Math.Exp(Row(values, last, output)[lane] - largest);
            for (var output = 0; output < _sizes[last]; output++)
            {
                var (value, target) = (Row(values, last, output)[lane], _data.Targets(tile)[output * TileKernels.Lanes + lane]);
                own += target * value;
                Row(values, last, output, isError: true)[lane] = isSample ? Math.Exp(value - largest) / sum - target : 0;
            }
            if (isSample) loss += Math.Log(sum) + largest - own;
        }
        return loss;
    }

    private void Backward(int tile, double* values, double[] gradient)
    {
        var lanes = _data.LanesOf(tile);
        for (var layer = _sizes.Length - 1; layer >= 1; layer--)
        {
            for (var input = 0; layer > 1 && input < _sizes[layer - 1]; input++)
                new Span<double>(Row(values, layer - 1, input, isError: true), TileKernels.Lanes).Clear();
            for (var output = 0; output < _sizes[layer]; output++)
            {
                var (row, error) = (FirstRow(layer) + output, (nint)Row(values, layer, output, isError: true));
                for (var entry = _rows[row]; entry < _rows[row + 1]; entry++)
                {
                    var (input, index) = (_inputs[entry], _indices[entry]);
                    gradient[index] += layer == 1
                        ? TileKernels.Dot((double*)error, _data.Tile(tile) + (long)input * TileKernels.Lanes, lanes)
                        : TileKernels.Dot((double*)error, Row(values, layer - 1, input), lanes);
                    if (layer > 1) TileKernels.AddScaled((double*)error, _kept[entry], lanes, Row(values, layer - 1, input, isError: true));
                }
            }
            for (var input = 0; layer > 1 && input < _sizes[layer - 1]; input++)
            {
                double* error = Row(values, layer - 1, input, isError: true), value = Row(values, layer - 1, input);
                for (var lane = 0; lane < lanes; lane++)
                    if (value[lane] <= 0) error[lane] = 0;
            }
        }
    }
}
