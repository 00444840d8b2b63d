namespace ActorSparse.Model.Recovery;

/// <summary>
/// Accelerated iterative hard thresholding for a network with one hidden layer and one output, y = sum_j D_j X w_j = A w: a step along the
/// gradient, a cut to the s largest weights, and descents within their support (Blumensath, "Accelerated iterative hard thresholding", 2012).
/// Gates are drawn at first; from the second step on they are those of the weights, so that the model is sum_j relu(X w_j), and neurons
/// without weights, which could never come back, are left out of all work.
/// </summary>
internal sealed class ScalarIht : IhtSteps
{
    // Of the reference: the first step when there is no support yet, and what is added to a denominator.
    private const double FirstStep = 1e-14, Smallest = 1e-8;
    private const double Acceptance = 1.1;
    private const int HalvingsMax = 10;

    private readonly IhtOptions _options;
    private readonly SampleChunks _chunks;
    private readonly int _features;
    private readonly List<double> _losses = [];
    private double[] _gradient = [];
    private SparseVector _candidates;
    private double _loss, _bestLoss = double.PositiveInfinity, _targetSquares;
    private SparseVector _weights;
    private bool _hasOwnGates;
    private Dictionary<int, int>? _signs;

    /// <summary>For samples in these chunks.</summary>
    /// <param name="options">How.</param>
    /// <param name="chunks">The samples.</param>
    /// <param name="featureCount">Features of a sample, d.</param>
    /// <param name="gates">Gates to begin with; null: drawn.</param>
    public ScalarIht(IhtOptions options, SampleChunks chunks, int featureCount, Gates? gates = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_options, _chunks, _features) = (options, chunks, featureCount);
        Gates = gates ?? Gates.Random(options.Seed);
        _weights = _candidates = SparseVector.Empty(featureCount);
        Weights = _weights;
    }

    /// <summary>The weights w (m x d) so far, or in the end: the best or the last, as the options say.</summary>
    public SparseVector Weights { get; private set; }

    /// <summary>The gates that the next question is about.</summary>
    public Gates Gates { get; private set; }

    /// <summary>The squared error over all samples, not halved, at the beginning of every step, and of <see cref="Weights"/> in the end.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>The output weight of a neuron: 1, or with signs perhaps -1.</summary>
    public int SignOf(int neuron) => _signs?.GetValueOrDefault(neuron, 1) ?? 1;

    /// <inheritdoc/>
    public override IEnumerable<SumRequest> Requests()
    {
        for (var step = 0; step < _options.Steps; step++)
        {
            foreach (var request in Step()) yield return request;
            Weights = _weights;
            if (IsDone) break;
            if (_options.HasFixedGates || step < (_options.MergesFirstStep ? 0 : 1)) continue;
            TakeOwnGates(_weights);
            _hasOwnGates = true;
        }
        if (!_options.HasFixedGates) TakeOwnGates(_weights);
        yield return Ask(SumKind.SupportGradient, _weights);
        Keep(Answer[0]);
        if (_options.KeepsBest && Best is { } best) (Weights, _loss) = (best, _bestLoss);
        if (!_options.HasFixedGates) TakeOwnGates(Weights);
        _losses.Add(_loss);
    }

    private SparseVector? Best { get; set; }

    // Signs are chosen once, when gates pass from what was drawn to the weights: so that the most samples stay on the side they are on.
    private void TakeOwnGates(SparseVector weights)
    {
        if (_options.HasSigns) _signs ??= Gates.Signs(weights);
        Gates = Gates.OfWeights(weights, _options.HasSigns ? SignOf : null);
    }

    // Of gates that were drawn for a beginning no error counts.
    private bool IsDone =>
        (_hasOwnGates || _options.HasFixedGates) && _options.Tolerance > 0 && _loss <= _options.Tolerance * _targetSquares;

    private SumRequest Ask(SumKind kind, SparseVector point, int[]? neurons = null) => new(kind, point)
    {
        Gates = Gates,
        Neurons = neurons ?? [],
        ChunkCount = _chunks.Count,
    };

    private IEnumerable<SumRequest> Step()
    {
        foreach (var request in Differentiate()) yield return request;
        if (_weights.Count == 0 && _losses.Count == 1) _targetSquares = _loss;
        if (_hasOwnGates || _options.HasFixedGates) Keep(_loss);
        if (IsDone) yield break;

        double size;
        if (_weights.Count == 0 && !_options.MergesFirstStep) size = FirstStep;
        else
        {
            var measured = Measured();
            if (measured.Count == 0) yield break;
            yield return Ask(SumKind.Gram, measured);
            size = Size(measured.Values, Answer);
        }
        _weights = Cut(size);
        if (_options.InnerSteps == 0 || _weights.Count == 0) yield break;
        yield return Ask(SumKind.SupportGradient, _weights);
        var gradient = Answer[1..].ToArray();
        var direction = Answer[1..].ToArray();
        for (var inner = 0; inner < _options.InnerSteps && Norm(gradient) > 0; inner++)
        {
            yield return Ask(SumKind.Gram, _weights.With(direction));
            if (Descend(gradient, direction, ref size) is not { } next) break;
            direction = next;
        }
    }

    // The gradient on the support, and of the other entries, whose weights are 0, the s largest: none else can be among the s largest of
    // w - mu g, whatever mu is.
    private IEnumerable<SumRequest> Differentiate()
    {
        _gradient = new double[_weights.Count];
        var candidates = new TopEntries(_options.Budget);
        var live = Gates.Generators?.Neurons;
        foreach (var neurons in Portions(live?.Length ?? _options.Neurons, place => live is null ? place : live[place], _features))
        {
            yield return Ask(SumKind.Blocks, _weights, neurons);
            _loss = Answer[0];
            Sort(neurons, Answer[1..], candidates);
        }
        _candidates = candidates.ToVector(_features);
        _losses.Add(_loss);
    }

    private void Sort(int[] neurons, ReadOnlySpan<double> blocks, TopEntries candidates)
    {
        for (var place = 0; place < neurons.Length; place++)
        {
            var block = blocks.Slice(place * _features, _features);
            var first = (long)neurons[place] * _features;
            var own = _weights.FindNeuron(neurons[place]);
            var (entry, end) = own < 0 ? (0, 0) : (_weights.Starts[own], _weights.Starts[own + 1]);
            for (var feature = 0; feature < block.Length; feature++)
            {
                if (entry < end && _weights.Places[entry] == feature) _gradient[entry++] = block[feature];
                else candidates.Offer(first + feature, block[feature]);
            }
        }
    }

    // What a step's size is measured along.
    private SparseVector Measured()
    {
        if (_weights.Count == 0) return _candidates;
        if (!_options.MeasuresCandidates) return _weights.With(_gradient);
        var entries = new TopEntries(int.MaxValue);
        for (var entry = 0; entry < _weights.Count; entry++) entries.Offer(_weights.Indices[entry], _gradient[entry]);
        for (var entry = 0; entry < _candidates.Count; entry++) entries.Offer(_candidates.Indices[entry], _candidates.Values[entry]);
        return entries.ToVector(_features);
    }

    private double Size(ReadOnlySpan<double> gradient, ReadOnlySpan<double> product)
    {
        var (norm, curvature) = (Norm(gradient), Dot(gradient, product));
        if (!_options.MeasuresCandidates) return norm / (curvature + Smallest);
        return curvature > 0 ? norm / curvature : 0;
    }

    // w - mu g, cut to the s largest.
    private SparseVector Cut(double size)
    {
        var kept = new TopEntries(_options.Budget);
        for (var entry = 0; entry < _weights.Count; entry++)
            kept.Offer(_weights.Indices[entry], _weights.Values[entry] - size * _gradient[entry]);
        for (var entry = 0; entry < _candidates.Count; entry++)
            kept.Offer(_candidates.Indices[entry], -size * _candidates.Values[entry]);
        return kept.ToVector(_features);
    }

    // One descent on the support; returns the direction of the next, null if there is none. The answer is A_S^T A_S p for the direction p,
    // so that the error after any step is known without trying it: along the gradient it falls by 2 mu |g|^2 - mu^2 |A g|^2. A search that
    // fails is at the end of what numbers tell apart; what was reached stays.
    private double[]? Descend(double[] gradient, double[] direction, ref double size)
    {
        var product = Answer;
        var (norm, curvature) = (Norm(gradient), Dot(direction, product));
        if (_options.Descent != DescentKind.Halving)
        {
            if (!(curvature > 0)) return null;
            size = norm / curvature;
        }
        for (var halvings = 0; size * curvature > Acceptance * norm; halvings++)
        {
            if (halvings == HalvingsMax) return null;
            size /= 2;
        }
        var values = _weights.Values.ToArray();
        var next = new double[values.Length];
        for (var entry = 0; entry < values.Length; entry++)
        {
            values[entry] -= size * direction[entry];
            next[entry] = gradient[entry] -= size * product[entry];
        }
        _weights = _weights.With(values);
        if (_options.Descent != DescentKind.Conjugate) return next;
        var share = Norm(gradient) / norm;
        for (var entry = 0; entry < next.Length; entry++) next[entry] += share * direction[entry];
        return next;
    }

    private void Keep(double loss)
    {
        _loss = loss;
        if (loss >= _bestLoss) return;
        (Best, _bestLoss) = (_weights, loss);
    }

    private static double Norm(ReadOnlySpan<double> values) => Dot(values, values);

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (var index = 0; index < left.Length; index++) sum += left[index] * right[index];
        return sum;
    }
}
