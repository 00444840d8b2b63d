using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery.Baseline;

/// <summary>
/// Iterative magnitude pruning (Frankle and Carbin, "The lottery ticket hypothesis", 2019), what MLP-IHT is compared with: train a dense
/// network by Adam, cut the smallest weights, begin anew with the first values of the others. Needs memory for all weights, m x d and more,
/// with their moments: it is here for comparison alone.
/// </summary>
internal sealed class IterativeMagnitudePruning : IDisposable
{
    private readonly ImpOptions _options;
    private readonly RecoveryData _data;
    private readonly ThreadTeam _team;
    private readonly DenseNetwork _network;
    private readonly double[] _first;
    private readonly int _prunable;

    /// <summary>A dense network for these samples.</summary>
    public IterativeMagnitudePruning(ImpOptions options, RecoveryData data)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        (_options, _data) = (options, data);
        int[] sizes = [data.FeatureCount, .. Enumerable.Repeat(options.Neurons, options.Layers), data.OutputCount];
        _team = new(options.Threads);
        _network = new(sizes, data, options.IsCrossEntropy, _team);
        var random = new RandomSource(options.Seed);
        for (var layer = 0; layer + 1 < sizes.Length; layer++)
        {
            var (stream, bound) = (random.Stream("imp-weights", layer), 1 / Math.Sqrt(sizes[layer]));
            for (var index = _network.Starts[layer]; index < _network.Starts[layer + 1]; index++)
                _network.Weights[index] = (2 * stream.NextDouble() - 1) * bound;
        }
        _first = [.. _network.Weights];
        var prunesOutputs = options.PrunesOutputs || data.OutputCount > 1;
        _prunable = prunesOutputs ? _first.Length : _network.Starts[^2];
    }

    /// <summary>Prunes down to the least of <paramref name="budgets"/> and returns what there was for each, the largest first.</summary>
    public IReadOnlyList<ImpResult> Run(IReadOnlyList<int> budgets, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        var open = new Stack<int>(budgets.Distinct().Order());
        var results = new List<ImpResult>();
        var schedule = new ImpSchedule(_prunable);
        for (var round = 0; open.Count > 0; round++)
        {
            if (round > 0) Rewind();
            Train(_options.Epochs, round, stop);
            Cut(schedule.Next());
            if (open.Peek() < schedule.Remaining) continue;
            if (_options.RetrainEpochs > 0) Train(_options.RetrainEpochs, -1 - round, stop);
            var error = 2 * _network.Loss() / ((double)_data.SampleCount * _data.OutputCount);
            var network = _network.ToRecovered();
            while (open.Count > 0 && open.Peek() >= schedule.Remaining) results.Add(new(open.Pop(), schedule.Remaining, error, network));
        }
        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _team.Dispose();
    }

    private void Rewind()
    {
        for (var index = 0; index < _first.Length; index++) _network.Weights[index] = _network.IsKept[index] ? _first[index] : 0;
    }

    private void Train(int epochs, int round, CancellationToken stop)
    {
        var (means, squares) = (new double[_first.Length], new double[_first.Length]);
        var gradient = new double[_first.Length];
        var tiles = _data.Chunks.TileCount;
        var batchTiles = _options.BatchTiles > 0 ? _options.BatchTiles : tiles;
        var order = Enumerable.Range(0, (tiles + batchTiles - 1) / batchTiles).ToArray();
        var updates = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            new RandomSource(_options.Seed).Stream("imp-batches", round, epoch).Shuffle(order.AsSpan());
            foreach (var batch in order)
            {
                stop.ThrowIfCancellationRequested();
                _network.Differentiate(batch * batchTiles, Math.Min(tiles, (batch + 1) * batchTiles), gradient);
                Step(gradient, means, squares, ++updates);
            }
        }
    }

    // Adam with its usual constants (Kingma and Ba, 2015).
    private void Step(double[] gradient, double[] means, double[] squares, int update)
    {
        const double Beta1 = 0.9, Beta2 = 0.999, Smallest = 1e-8;
        var (first, second) = (1 - Math.Pow(Beta1, update), 1 - Math.Pow(Beta2, update));
        for (var index = 0; index < gradient.Length; index++)
        {
            if (!_network.IsKept[index]) continue;
            means[index] += (1 - Beta1) * (gradient[index] - means[index]);
            squares[index] += (1 - Beta2) * (gradient[index] * gradient[index] - squares[index]);
            _network.Weights[index] -= _options.LearningRate * (means[index] / first) / (Math.Sqrt(squares[index] / second) + Smallest);
        }
    }

    // Leaves the largest of all that may be cut; of equal magnitudes the first.
    private void Cut(long remaining)
    {
        var kept = new TopEntries((int)remaining);
        for (var index = 0; index < _prunable; index++)
            // A weight that is exactly 0 counts as one all the same.
            if (_network.IsKept[index]) kept.Offer(index, _network.Weights[index] == 0 ? double.Epsilon : _network.Weights[index]);
        Array.Clear(_network.IsKept, 0, _prunable);
        foreach (var index in kept.ToVector(1).Indices) _network.IsKept[index] = true;
        for (var index = 0; index < _prunable; index++)
            if (!_network.IsKept[index]) _network.Weights[index] = 0;
        _network.ListKept();
    }
}
