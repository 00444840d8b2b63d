using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>
/// Applies gradients to parameters one update at a time and keeps count: the learning rate of each update follows from its number, and
/// momentum is corrected when the rate changes (wasap specification, section 2). One caller at a time.
/// </summary>
internal sealed class ModelUpdater
{
    private const float AdamEpsilon = 1e-8f;

    private readonly ParameterSet _parameters;
    private readonly NetworkCompute _compute;
    private readonly OptimizerOptions _options;
    private readonly long _updatesPerEpoch;
    private readonly int _epochs;
    private long _momentSteps;

    /// <summary>
    /// Starts at update <paramref name="updateCount"/>, with the learning rate of the one before it or 0 if there was none; the schedule
    /// spans <paramref name="epochs"/> epochs of <paramref name="updatesPerEpoch"/> updates. AdamW's means have seen
    /// <paramref name="momentSteps"/> gradients; by default one for each update.
    /// </summary>
    public ModelUpdater(
        ParameterSet parameters, NetworkCompute compute, OptimizerOptions options, long updatesPerEpoch, int epochs,
        long updateCount = 0, double lastLearningRate = 0, long? momentSteps = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _parameters = parameters;
        _compute = compute;
        _options = options;
        _updatesPerEpoch = updatesPerEpoch;
        _epochs = epochs;
        UpdateCount = updateCount;
        LastLearningRate = lastLearningRate;
        _momentSteps = momentSteps ?? updateCount;
    }

    /// <summary>Updates applied so far.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Learning rate of the last update; 0 before the first.</summary>
    public double LastLearningRate { get; private set; }

    /// <summary>Learning rate of update <paramref name="update"/>, counted from 0.</summary>
    public double RateOf(long update) => _options.Schedule.Rate(_options.LearningRate, update, _updatesPerEpoch, _epochs);

    /// <summary>
    /// One step along <paramref name="gradients"/>, which must belong to the present topologies; <paramref name="weight"/>, below 1
    /// for gradients that count less, multiplies the learning rate. Counts as <paramref name="updates"/> of the schedule's.
    /// </summary>
    public void Apply(GradientSet gradients, double weight = 1, int updates = 1)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        var rate = RateOf(UpdateCount);
        var clip = Clip(gradients);
        if (_options.Kind == OptimizerKind.AdamW)
        {
            _compute.Update(_parameters, gradients, AdamStep(rate * weight, Decay(rate), (float)clip));
        }
        else
        {
            _compute.Update(_parameters, gradients, SgdStep(rate, weight, clip));
        }
        Count(updates, rate);
    }

    /// <summary>The step that <see cref="Apply"/> would make next with momentum SGD and gradients that are not clipped.</summary>
    public SgdStep NextSgdStep() => SgdStep(RateOf(UpdateCount), 1, 1);

    /// <summary>Counts the step of <see cref="NextSgdStep"/>, which was made.</summary>
    public void CountStep() => Count(1, RateOf(UpdateCount));

    /// <summary>
    /// Moves <paramref name="replica"/>, a copy of the parameters, to where momentum alone will have carried the parameters after
    /// <paramref name="steps"/> more updates: a gradient that is computed there and applied so many updates later meets parameters that are
    /// nearer to those it was computed for. The idea is that of DANA (Hakimi, Barkai, Gabel, Schuster, "Taming Momentum in a Distributed
    /// Asynchronous Environment", arXiv 1907.11612, section 4). Nothing happens before the first update and for 0 steps.
    /// </summary>
    public void LookAhead(ParameterSet replica, int steps)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (steps == 0 || LastLearningRate == 0 || _options.Momentum == 0) return;
        var momentum = _options.Momentum;
        var horizon = momentum * (1 - Math.Pow(momentum, steps)) / (1 - momentum);
        if (_options.Kind == OptimizerKind.AdamW)
            _compute.LookAhead(_parameters, replica, AdamStep(LastLearningRate * horizon, 0, 1, _momentSteps));
        else _compute.LookAhead(_parameters, replica, (float)horizon);
    }

    private SgdStep SgdStep(double rate, double weight, double clip)
    {
        var correction = LastLearningRate > 0 ? rate / LastLearningRate : 1;
        return new((float)(rate * weight * clip), (float)_options.Momentum, Decay(rate), _options.Nesterov, (float)correction);
    }

    private float Decay(double rate) => (float)(_options.WeightDecay * rate / _options.LearningRate);

    private void Count(int updates, double rate)
    {
        UpdateCount += updates;
        _momentSteps++;
        LastLearningRate = rate;
    }

    private AdamStep AdamStep(double rate, float decay, float clip) => AdamStep(rate, decay, clip, _momentSteps + 1);

    private AdamStep AdamStep(double rate, float decay, float clip, long steps) => new(
        (float)(rate / (1 - Math.Pow(_options.Momentum, steps))), (float)_options.Momentum, (float)_options.Beta2,
        (float)(1 / (1 - Math.Pow(_options.Beta2, steps))), AdamEpsilon, decay, clip);

    private double Clip(GradientSet gradients)
    {
        if (double.IsPositiveInfinity(_options.ClipNorm)) return 1;
        var norm = gradients.Norm();
        return norm > _options.ClipNorm ? _options.ClipNorm / norm : 1;
    }
}
