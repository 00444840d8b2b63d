using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>
/// Applies gradients to a network one update at a time and keeps count: the learning rate of each update follows from its number, and
/// momentum is corrected when the rate changes (wasap specification, section 2). One caller at a time.
/// </summary>
public sealed class ModelUpdater
{
    private readonly Network _network;
    private readonly NetworkCompute _compute;
    private readonly SgdOptions _options;
    private readonly long _updatesPerEpoch;
    private readonly int _epochs;

    /// <summary>
    /// Starts at update <paramref name="updateCount"/>, with the learning rate of the one before it or 0 if there was none; the schedule
    /// spans <paramref name="epochs"/> epochs of <paramref name="updatesPerEpoch"/> updates.
    /// </summary>
    public ModelUpdater(
        Network network, NetworkCompute compute, SgdOptions options, long updatesPerEpoch, int epochs,
        long updateCount = 0, double lastLearningRate = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _network = network;
        _compute = compute;
        _options = options;
        _updatesPerEpoch = updatesPerEpoch;
        _epochs = epochs;
        UpdateCount = updateCount;
        LastLearningRate = lastLearningRate;
    }

    /// <summary>Updates applied so far.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Learning rate of the last update; 0 before the first.</summary>
    public double LastLearningRate { get; private set; }

    /// <summary>
    /// One momentum step along <paramref name="gradients"/>, which must belong to the network's present topologies, multiplied by
    /// <paramref name="weight"/>: below 1 for gradients that count less.
    /// </summary>
    public void Apply(Gradients gradients, double weight = 1)
    {
        var rate = _options.Schedule.Rate(_options.LearningRate, UpdateCount, _updatesPerEpoch, _epochs);
        var correction = LastLearningRate > 0 ? rate / LastLearningRate : 1;
        var step = new SgdStep((float)(rate * weight), (float)_options.Momentum, (float)_options.WeightDecay, _options.Nesterov, (float)correction);
        _compute.Update(_network, gradients, step);
        UpdateCount++;
        LastLearningRate = rate;
    }
}
