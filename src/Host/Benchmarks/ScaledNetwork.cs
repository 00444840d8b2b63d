using System.Diagnostics;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// One network of the scale benchmark: created, trained for a few steps as training does, saved, freed and loaded, with one set of activations
/// and never more than one network in memory.
/// </summary>
internal sealed class ScaledNetwork : IDisposable
{
    private const double FreeShare = 0.9; // of a disk that may be filled

    private readonly NetworkSpec _spec;
    private readonly NetworkCompute _compute;
    private readonly BatchGradient _batchGradient;
    private readonly DataShard _shard;
    private readonly TrainingOptions _training;
    private readonly int[] _label;
    private GradientSet? _gradients;
    private Network _network;

    public ScaledNetwork(ScaleBenchmarkOptions options, int neurons, Dataset data)
    {
        _spec = new NetworkSpec
        {
            LayerSizes = [options.FeatureCount, .. Enumerable.Repeat(neurons / options.HiddenLayers, options.HiddenLayers), 2],
            Epsilon = options.Epsilon,
            Initializer = Initializer.Normal,
        };
        _training = new() { Epochs = options.Repetitions + 1, BatchSize = options.BatchSize, Dropout = 0 };
        var random = new RandomSource(1);
        var started = Stopwatch.GetTimestamp();
        _network = Network.Create(_spec, random);
        CreateSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _compute = new(threads: options.Threads);
        _shard = new(data.SampleCount, options.BatchSize, random);
        _batchGradient = new(_spec, data, _shard, _training, _compute, random);
        _label = [data.Labels[0]];
        if (!_training.DescendsAtOnce(_spec, _compute)) _gradients = new(_network.Parameters);
        Connections = _network.ConnectionCount;
        Neurons = _spec.LayerSizes.Skip(1).SkipLast(1).Sum(size => (long)size);
    }

    public long Neurons { get; }

    public long Connections { get; }

    public double CreateSeconds { get; }

    /// <summary>Bytes of the activations and their gradients.</summary>
    public long ActivationBytes => _batchGradient.Workspace.Bytes;

    /// <summary>Bytes that are held for each connection: index, value, velocity and, where it is stored, gradient.</summary>
    public double BytesPerConnection =>
        (sizeof(int) + 2.0 * sizeof(float)) + (_gradients is null ? 0 : (double)_gradients.Sparse.Sum(values => values.Bytes) / Connections);

    /// <summary>Bytes of parameters, gradients and activations.</summary>
    public long Bytes => _network.Parameters.Bytes + (_gradients?.Blocks.Sum(values => values.Bytes) ?? 0) + ActivationBytes;

    /// <summary>Seconds of the fastest step.</summary>
    public double Train()
    {
        var updater = new ModelUpdater(_network.Parameters, _compute, _training.Optimizer, _shard.BatchCount, _training.Epochs);
        var fastest = double.PositiveInfinity;
        for (var step = 0; step < _training.Epochs; step++)
        {
            var started = Stopwatch.GetTimestamp();
            if (_gradients is { } gradients)
            {
                _batchGradient.Compute(_network, step, 0, gradients);
                updater.Apply(gradients);
            }
            else
            {
                _batchGradient.Descend(_network, step, 0, updater.NextSgdStep(), out _);
                updater.CountStep();
            }
            // The first step touches memory for the first time.
            if (step > 0) fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        return fastest;
    }

    /// <summary>
    /// Seconds to save to <paramref name="folder"/> and to load again; the same loss shows that it is the same network. Null where the disk has
    /// no room.
    /// </summary>
    public (double Save, double Load, long FileBytes)? SaveAndLoad(string folder)
    {
        if (new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace * FreeShare < _network.Parameters.Bytes) return null;
        _gradients?.Dispose();
        _gradients = null;
        var (path, loss) = (Path.Combine(folder, $"scale-{Environment.ProcessId}.safetensors"), Loss());
        try
        {
            var started = Stopwatch.GetTimestamp();
            CheckpointFile.Save(path, new() { Network = _network });
            var save = Stopwatch.GetElapsedTime(started).TotalSeconds;
            _network.Dispose();
            started = Stopwatch.GetTimestamp();
            _network = CheckpointFile.Load(path).Network;
            var load = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (Loss() is var loaded && loaded != loss)
                throw new InvalidOperationException($"the network that was loaded has the loss {loaded}; expected {loss}, as it was saved");
            return (save, load, new FileInfo(path).Length);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _gradients?.Dispose();
        _batchGradient.Dispose();
        _compute.Dispose();
    }

    private double Loss()
    {
        var workspace = _batchGradient.Workspace;
        workspace.Input.SetBatch(1);
        for (var neuron = 0; neuron < workspace.Input.Neurons; neuron++) workspace.Input[neuron, 0] = neuron % 7 - 3;
        _compute.Forward(_network, workspace);
        return NetworkCompute.Loss(_network, workspace, _label, []);
    }
}
