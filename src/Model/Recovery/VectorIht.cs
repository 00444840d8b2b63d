using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Hard thresholding of a network with several outputs, relu(X W1^T) W2, whose layers share one budget: a step along the gradient of both,
/// then a cut. Weights that are all 0 have no gradient, so that blocks without weights begin with random ones, drawn by seed and neuron;
/// as long as no cut has chosen among them they are never stored.
/// </summary>
internal sealed class VectorIht : IhtSteps
{
    private const int HalvingsMax = 40;

    // Of what the gradient promises (Armijo's condition).
    private const double PromiseKept = 0.1;

    private readonly VectorIhtOptions _options;
    private readonly SampleChunks _chunks;
    private readonly int _features, _outputs;
    private readonly JoinedLayers _layers;
    private readonly CountSketch _sketch;
    private readonly List<double> _losses = [];
    private (SparseVector First, SparseVector Second)? _best;
    private SparseVector _first, _second;
    private (int First, int Count) _batch;
    private int _samples;
    private double _loss, _bestLoss = double.PositiveInfinity;

    /// <summary>For samples in these chunks.</summary>
    /// <param name="options">How.</param>
    /// <param name="chunks">The samples.</param>
    /// <param name="featureCount">Features of a sample, d.</param>
    /// <param name="outputCount">Outputs, k.</param>
    /// <param name="weights">Weights to begin with, of both layers; null: none.</param>
    public VectorIht(
        VectorIhtOptions options, SampleChunks chunks, int featureCount, int outputCount, (SparseVector First, SparseVector Second)? weights = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _chunks, _features, _outputs) = (options, chunks, featureCount, outputCount);
        (_first, _second) = weights ?? (SparseVector.Empty(featureCount), SparseVector.Empty(outputCount));
        (First, Second, _layers) = (_first, _second, new(featureCount, outputCount));
        _sketch = new(CountSketch.WidthFor(options.Budget, (long)options.Neurons * (featureCount + outputCount)), options.Seed);
    }

    /// <summary>The weights of the first layer (m x d) so far; in the end the best or the last, as the options say.</summary>
    public SparseVector First { get; private set; }

    /// <summary>The weights of the second layer (m x k).</summary>
    public SparseVector Second { get; private set; }

    /// <summary>The mean loss over the batch at the beginning of every step, and over all samples in the end.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <inheritdoc/>
    public override IEnumerable<SumRequest> Requests()
    {
        for (var step = 0; step < _options.Steps; step++)
        {
            var isFirst = true;
            foreach (var batch in Batches(_chunks, _options.ChunksPerBatch, _options.Seed, step))
            {
                (_batch, _samples) = (batch, _chunks.SamplesOf(batch.First, batch.Count));
                // Steps that measure their size go by gradients alone where random weights take part: not where some were chosen already.
                var revives = isFirst && (step == 0 || (_options.RevivesEveryPass && _options.StepSize is not null));
                foreach (var request in revives ? Begin() : Step()) yield return request;
                (First, Second, isFirst) = (_first, _second, false);
            }
        }
        (_batch, _samples) = ((0, _chunks.Count), _chunks.SampleCount);
        yield return Ask(SumKind.VectorBlocks, []);
        _loss = Answer[0] / _samples;
        Keep();
        if (_options.KeepsBest && _best is { } best) (First, Second) = best;
    }

    private SumRequest Ask(SumKind kind, int[] neurons, SparseVector? blocks = null, SparseVector? outputBlocks = null) => new(kind, _first)
    {
        OutputPoint = _second,
        Neurons = neurons,
        Blocks = blocks,
        OutputBlocks = outputBlocks,
        IsCrossEntropy = _options.IsCrossEntropy,
        FirstChunk = _batch.First,
        ChunkCount = _batch.Count,
    };

    // A step in which blocks without weights begin with random ones. All neurons are candidates, a portion at a time. Without a given size of
    // steps it only chooses weights to begin with, by the gradients of the first layer, and an ordinary step follows.
    private IEnumerable<SumRequest> Begin()
    {
        var kept = new TopEntries(_options.Budget);
        foreach (var neurons in Portions(_options.Neurons, place => place, _layers.Length))
        {
            var (blocks, outputBlocks) = Starts(neurons);
            yield return Ask(SumKind.VectorBlocks, neurons, blocks, outputBlocks);
            Offer(neurons, blocks, outputBlocks, kept);
        }
        if (_options.StepSize is not null)
        {
            Keep();
            (_first, _second) = _layers.Split(kept.ToVector(_layers.Length));
            yield break;
        }
        Choose(kept.ToVector(_layers.Length));
        foreach (var request in Step()) yield return request;
    }

    // The largest gradients, and with each neuron all its output weights: few of these would ever be chosen by themselves, and a neuron
    // without them does nothing.
    private void Choose(SparseVector gradients)
    {
        var (neurons, chosen, left) = (new SortedSet<int>(), new List<long>(), _options.Budget);
        foreach (var entry in Enumerable.Range(0, gradients.Count).OrderByDescending(entry => Math.Abs(gradients.Values[entry])))
        {
            var neuron = (int)(gradients.Indices[entry] / _layers.Length);
            var cost = neurons.Contains(neuron) ? 1 : 1 + _outputs;
            if (cost > left) continue;
            left -= cost;
            neurons.Add(neuron);
            chosen.Add((long)neuron * _features + gradients.Places[entry]);
        }
        var (start, outputStart) = Starts([.. neurons]);
        chosen.Sort();
        (_first, _second) = (new(_features, [.. chosen], [.. chosen.Select(index => start[index])]), outputStart);
    }

    // The weights after a step of the first of size, size / 2, size / 4, ... that lowers the loss by a part of what the gradient promises:
    // gates move and layers multiply, so that a second derivative knows little of what is far.
    private IEnumerable<SumRequest> Search(SparseVector from, SparseVector gradient, double size, Func<double, SparseVector> move)
    {
        var before = _loss;
        for (var halvings = 0; halvings < HalvingsMax; halvings++, size /= 2)
        {
            var to = move(size);
            double promised = 0;
            for (var entry = 0; entry < gradient.Count; entry++)
                promised += gradient.Values[entry] * (from[gradient.Indices[entry]] - to[gradient.Indices[entry]]);
            (_first, _second) = _layers.Split(to);
            yield return Ask(SumKind.VectorBlocks, []);
            if (Answer[0] / _samples < before - PromiseKept * Math.Max(0, promised)) yield break;
        }
        (_first, _second) = _layers.Split(from);
    }

    // The blocks of some neurons as a step in which they begin sees them.
    private (SparseVector Blocks, SparseVector OutputBlocks) Starts(int[] neurons)
    {
        var random = new RandomSource(_options.Seed);
        var (first, second) = (new NeuronBlocks(neurons.Length, _features), new NeuronBlocks(neurons.Length, _outputs));
        for (var place = 0; place < neurons.Length; place++)
        {
            var stream = random.Stream("recovery-start", neurons[place]);
            first.Fill(_first, place, neurons[place], stream, Bound(_features));
            second.Fill(_second, place, neurons[place], stream, Bound(_outputs));
        }
        return (first.ToVector(neurons), second.ToVector(neurons));
    }

    // The reference's are so small that the first neurons to grow leave nothing of the budget to others, unless steps are small as well.
    private double Bound(int length) => 1 / Math.Sqrt(_options.StepSize is null ? length : (double)_options.Neurons * length);

    private void Offer(int[] neurons, SparseVector blocks, SparseVector outputBlocks, TopEntries kept)
    {
        _loss = Answer[0] / _samples;
        var (first, second) = Gradients(neurons);
        for (var place = 0; place < neurons.Length; place++)
            for (var entry = 0; entry < _layers.Length; entry++)
            {
                var isFirst = entry < _features;
                var gradient = isFirst ? first[place * _features + entry] : second[place * _outputs + entry - _features];
                var index = (long)neurons[place] * _layers.Length + entry;
                if (_options.StepSize is not { } size)
                {
                    if (isFirst) kept.Offer(index, gradient);
                    continue;
                }
                var old = isFirst ? blocks[(long)neurons[place] * _features + entry]
                    : outputBlocks[(long)neurons[place] * _outputs + entry - _features];
                Update(index, -size * gradient);
                Offer(kept, index, old - size * gradient);
            }
    }

    // A step of the neurons that have weights in the first layer; of all others gradients are 0.
    private IEnumerable<SumRequest> Step()
    {
        var length = _layers.Length;
        var candidates = new TopEntries(_options.Budget);
        var live = _first.Neurons;
        var firsts = new double[_first.Count];
        var seconds = new double[_second.Count];
        foreach (var neurons in Portions(live.Length, place => live[place], length))
        {
            yield return Ask(SumKind.VectorBlocks, neurons);
            _loss = Answer[0] / _samples;
            Sort(neurons, firsts, seconds, candidates);
        }
        if (live.Length == 0)
        {
            yield return Ask(SumKind.VectorBlocks, []);
            _loss = Answer[0] / _samples;
        }
        Keep();
        var found = candidates.ToVector(length);
        if (_options.StepSize is { } given)
        {
            (_first, _second) = _layers.Split(Cut(_layers.Join(_first, _second), _layers.Join(_first.With(firsts), _second.With(seconds), found), given));
            yield break;
        }
        var gradient = _layers.Join(_first.With(firsts), _second.With(seconds), found);
        if (gradient.Count == 0) yield break;
        var (first, second) = _layers.Split(gradient);
        yield return Ask(SumKind.VectorCurvature, [], first, second);
        var from = _layers.Join(_first, _second);
        foreach (var request in Search(from, gradient, SizeOf(first, second), size => Cut(from, gradient, size))) yield return request;
    }

    // Gradients of stored weights, and of the other places of the same neurons the largest.
    private void Sort(int[] neurons, double[] firsts, double[] seconds, TopEntries candidates)
    {
        var (first, second) = Gradients(neurons);
        var length = _layers.Length;
        for (var place = 0; place < neurons.Length; place++)
        {
            var neuron = neurons[place];
            for (var entry = 0; entry < length; entry++)
            {
                var isFirst = entry < _features;
                var gradient = isFirst ? first[place * _features + entry] : second[place * _outputs + entry - _features];
                var stored = isFirst ? _first.Find((long)neuron * _features + entry) : _second.Find((long)neuron * _outputs + entry - _features);
                if (stored < 0) candidates.Offer((long)neuron * length + entry, gradient);
                else (isFirst ? firsts : seconds)[stored] = gradient;
            }
        }
    }

    // w - mu g, cut to what the budget allows.
    private SparseVector Cut(SparseVector weights, SparseVector gradient, double size)
    {
        for (var entry = 0; _options.RanksByUpdates && entry < gradient.Count; entry++)
            Update(gradient.Indices[entry], -size * gradient.Values[entry]);
        var kept = new TopEntries(_options.Budget);
        for (var entry = 0; entry < weights.Count; entry++)
            Offer(kept, weights.Indices[entry], weights.Values[entry] - size * gradient[weights.Indices[entry]]);
        for (var entry = 0; entry < gradient.Count; entry++)
            if (weights.Find(gradient.Indices[entry]) < 0) Offer(kept, gradient.Indices[entry], -size * gradient.Values[entry]);
        return kept.ToVector(_layers.Length);
    }

    private void Update(long index, double update)
    {
        if (_options.RanksByUpdates && update != 0) _sketch.Add(index, update);
    }

    private void Offer(TopEntries kept, long index, double value)
    {
        if (_options.RanksByUpdates) kept.Offer(index, value, Math.Abs(_sketch.Estimate(index)));
        else kept.Offer(index, value);
    }

    // Mean gradients of a portion.
    private (double[] First, double[] Second) Gradients(int[] neurons)
    {
        var first = Answer.Slice(1, neurons.Length * _features).ToArray();
        var second = Answer[(1 + neurons.Length * _features)..].ToArray();
        foreach (var gradients in (double[][])[first, second])
            for (var index = 0; index < gradients.Length; index++) gradients[index] /= _samples;
        return (first, second);
    }

    private double SizeOf(SparseVector first, SparseVector second)
    {
        double norm = 0;
        foreach (var value in first.Values) norm += value * value;
        foreach (var value in second.Values) norm += value * value;
        var curvature = Answer[0] / _samples;
        return curvature > 0 ? norm / curvature : 0;
    }

    private void Keep()
    {
        _losses.Add(_loss);
        if (!double.IsFinite(_loss)) throw new TrainingDivergedException($"the loss is {_loss}; take a smaller size of steps");
        if (_batch.Count < _chunks.Count || _loss >= _bestLoss) return;
        (_best, _bestLoss) = ((_first, _second), _loss);
    }
}
