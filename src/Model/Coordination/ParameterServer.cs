using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>
/// The parameters of phase one and what may be done to them: judge a gradient, apply one, change the topology. It calls the model library
/// for all arithmetic.
/// </summary>
internal sealed class ParameterServer : IDisposable
{
    private readonly NetworkCompute _compute;
    private readonly ModelUpdater _updater;
    private readonly TopologyHistory _history;
    private readonly long? _stalenessMax;
    private readonly double _damping;
    private readonly GradientSet _mean;

    /// <summary>
    /// Takes over <paramref name="network"/>, which has <paramref name="modelVersion"/> updates behind it; the learning rate is
    /// <paramref name="rateScale"/> times the job's. Gradients can be carried over through <paramref name="historyLength"/> evolutions.
    /// </summary>
    public ParameterServer(
        Network network, TrainingJob job, int historyLength, long modelVersion, int updatesPerEpoch, double rateScale = 1)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(job);
        Network = network;
        ModelVersion = modelVersion;
        _compute = new NetworkCompute(job.Kernels);
        RateScale = rateScale;
        _updater = job.Updater(network.Parameters, _compute, job.PhaseOneOptimizer().Scaled(rateScale), updatesPerEpoch, modelVersion);
        _history = new(historyLength);
        _stalenessMax = job.Run.StalenessMaxSteps;
        _damping = job.Run.StalenessDamping;
        _mean = new(network.Parameters);
    }

    /// <summary>The parameters, with velocities.</summary>
    public Network Network { get; }

    /// <summary>Number of updates applied, t.</summary>
    public long ModelVersion { get; private set; }

    /// <summary>What the job's learning rate is multiplied by.</summary>
    public double RateScale { get; }

    /// <summary>Learning rate of the last update; 0 before the first.</summary>
    public double LearningRate => ModelVersion == 0 ? 0 : _updater.RateOf(ModelVersion - 1);

    /// <summary>Staleness of the gradients applied.</summary>
    public StalenessTally Staleness { get; } = new();

    /// <summary>The same since it was last cleared: of the epoch that goes on.</summary>
    public StalenessTally EpochStaleness { get; } = new();

    /// <summary>
    /// Whether a gradient of version <paramref name="modelVersion"/>, of a batch of that loss, can be applied now, and if not, why; <paramref name="detail"/> then
    /// says it in one line. Afterwards it holds only the entries of connections that exist (RetainValidUpdates).
    /// </summary>
    public RefusalReason Admit(GradientSet gradients, long modelVersion, double meanLoss, out string detail)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        detail = "";
        var staleness = ModelVersion - modelVersion;
        if (staleness < 0 || staleness > _stalenessMax)
        {
            detail = $"it is of version {modelVersion}, {staleness} updates behind {ModelVersion}";
            return RefusalReason.TooStale;
        }
        if (!_history.TryRetainValid(gradients, Network.Parameters, out _))
        {
            detail = $"it is of version {modelVersion}; its topology is too old to be carried over to version {ModelVersion}";
            return RefusalReason.UnknownTopology;
        }
        if (Divergence.OfGradients(Network.Parameters, gradients, meanLoss) is not { } notFinite) return RefusalReason.None;
        detail = notFinite;
        return RefusalReason.NotFinite;
    }

    /// <summary>
    /// Moves a copy of the parameters to where momentum will have carried them when the gradients of <paramref name="others"/> workers,
    /// which come before, have been applied.
    /// </summary>
    public void LookAhead(Network replica, int others) => _updater.LookAhead(replica.Parameters, others);

    /// <summary>One step along a gradient that was admitted.</summary>
    public void Apply(GradientSet gradients, long modelVersion)
    {
        var staleness = ModelVersion - modelVersion;
        _updater.Apply(gradients, WeightOf(staleness));
        CountStaleness(staleness);
        ModelVersion++;
    }

    /// <summary>
    /// Moves the parameters by <paramref name="share"/> of what a worker's fell by in <paramref name="steps"/> local steps, each of which
    /// counts as an update: <paramref name="difference"/>, which was admitted as gradients are. Velocities are the workers' own.
    /// </summary>
    public void ApplyDifference(GradientSet difference, long modelVersion, int steps, double share)
    {
        var staleness = ModelVersion - modelVersion;
        _compute.AddScaled(Network.Parameters, difference, -(float)(share * WeightOf(staleness)));
        CountStaleness(staleness);
        ModelVersion += steps;
    }

    /// <summary>One momentum step along the mean of gradients of the present version, taken in the order given.</summary>
    public void ApplyMean(IReadOnlyList<GradientSet> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Count == 1)
        {
            _updater.Apply(gradients[0]);
        }
        else
        {
            _mean.FitTo(Network.Parameters);
            Averaging.Average(gradients, _mean);
            _updater.Apply(_mean);
        }
        foreach (var _ in gradients) CountStaleness(0);
        ModelVersion++;
    }

    /// <summary>Applies an evolution to the present values, and keeps it for gradients that are under way; takes it over.</summary>
    public void Evolve(EpochEvolution evolution)
    {
        ArgumentNullException.ThrowIfNull(evolution);
        evolution.Apply(Network);
        _history.Add(evolution);
    }

    /// <summary>Carries gradients of the present version that were admitted before an evolution over to the topologies after it.</summary>
    public void CarryOver(IReadOnlyList<GradientSet> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        foreach (var held in gradients)
            if (!_history.TryRetainValid(held, Network.Parameters, out _))
                throw new InvalidOperationException("a gradient of another topology was held");
    }

    /// <summary>Takes the parameters of an average, which counts as one update.</summary>
    public void Replace(Network average)
    {
        Network.CopyFrom(average);
        ModelVersion++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _history.Dispose();
        _mean.Dispose();
        _compute.Dispose();
        Network.Dispose();
    }

    private double WeightOf(long staleness) => 1 / (1 + _damping * staleness);

    private void CountStaleness(long steps)
    {
        Staleness.Add(steps);
        EpochStaleness.Add(steps);
    }
}
