using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Training;

/// <summary>
/// Computes the gradient of any batch of one shard on any replica of a network. Holds no state between batches: everything random is a
/// pure function of the seed, the shard, the epoch and the batch. One caller at a time.
/// </summary>
internal sealed class BatchGradient : IDisposable
{
    private readonly Dataset _data;
    private readonly TrainingOptions _options;
    private readonly NetworkCompute _compute;
    private readonly RandomSource _random;
    private readonly float[] _classWeights;
    private readonly TargetBuffer _targets = new();
    private readonly bool _ownsWorkspace;

    /// <summary>
    /// Uses <paramref name="compute"/> and <paramref name="data"/>, which it does not own, and <paramref name="workspace"/>, which may serve several
    /// shards in turn; without one it makes its own.
    /// </summary>
    /// <exception cref="InvalidInputException">The data do not fit the network.</exception>
    public BatchGradient(
        NetworkSpec spec, Dataset data, DataShard shard, TrainingOptions options, NetworkCompute compute, RandomSource random,
        Workspace? workspace = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(options);
        spec.CheckFits(data);
        Shard = shard;
        _data = data;
        _options = options;
        _compute = compute;
        _random = random;
        _classWeights = options.ClassWeights.For(data, spec.ClassCount);
        Workspace = workspace ?? new Workspace(spec, shard.BatchSize, keepsDeltas: options.EvolvesByEvidence);
        Workspace.Format = options.Activations;
        _ownsWorkspace = workspace is null;
    }

    /// <summary>The data it takes batches from.</summary>
    public DataShard Shard { get; }

    /// <summary>Activations of the last batch; free for other use between batches.</summary>
    public Workspace Workspace { get; }

    /// <summary>
    /// The gradient of batch <paramref name="batch"/> of epoch <paramref name="epoch"/>, both counted from 0, on
    /// <paramref name="network"/>, written to <paramref name="gradients"/>.
    /// </summary>
    /// <remarks>What comes of it may not be finite: whoever applies it checks that (<see cref="Divergence.OfGradients"/>).</remarks>
    public BatchResult Compute(Network network, int epoch, int batch, GradientSet gradients)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(gradients);
        var targets = Forward(network, epoch, batch);
        return Result(_compute.Backward(network, Workspace, targets, gradients, _classWeights), targets);
    }

    /// <summary>
    /// For batches of one sample (<see cref="TrainingOptions.DescendsAtOnce"/>): makes <paramref name="step"/> along the gradient as it
    /// arises, which is stored nowhere.
    /// </summary>
    /// <inheritdoc cref="NetworkCompute.Descend" path="/param[@name='spoilt']"/>
    public BatchResult Descend(Network network, int epoch, int batch, SgdStep step, out int spoilt)
    {
        ArgumentNullException.ThrowIfNull(network);
        var targets = Forward(network, epoch, batch);
        return Result(_compute.Descend(network, Workspace, targets, _classWeights, step, out spoilt), targets);
    }

    /// <summary>
    /// Floating-point operations of the products of one forward and one backward pass: a multiply-add counts as two, and the gradient by the
    /// input of a chain is not computed. Activations, loss and update, linear in neurons or parameters, are left out.
    /// </summary>
    public static long CountOperations(Network network, int samples)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Spec.Graph is { } graph) return 2L * samples * 3 * graph.MultiplyAdds(network.Parameters);
        return 2L * samples * (3 * network.ConnectionCount - network.Parameters.Sparse[0].Topology.ConnectionCount);
    }

    private BatchTargets Forward(Network network, int epoch, int batch)
    {
        var samples = Shard.Batch(epoch, batch);
        var augmentation = _options.Augment ? new RandomSource(_random.Key("augment", Shard.Index, epoch, batch)) : null;
        _compute.Fill(_data, samples, Workspace.Input, augmentation);
        var dropoutKey = _random.Key("dropout", Shard.Index, epoch, batch);
        _compute.ForwardTraining(network, Workspace, (float)_options.Dropout, dropoutKey);
        return _data.Targets.Gather(samples, _targets);
    }

    private BatchResult Result(double loss, BatchTargets targets)
    {
        var (scoreSum, scoreWeight) = OutputMeasure.ScoreOf(_data.Targets, Workspace.Output, targets);
        return new(loss, targets.SampleCount, scoreSum, scoreWeight);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsWorkspace) Workspace.Dispose();
    }
}
