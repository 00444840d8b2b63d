using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>What a worker computes with: gradients of batches of any shard, as it may have to step in for another worker.</summary>
internal sealed class ShardGradients : IDisposable
{
    private readonly TrainingJob _job;
    private readonly BatchGradient?[] _shards;
    private readonly Action<DataShard, int, int>? _beforeBatch;

    /// <summary><paramref name="beforeBatch"/>, with shard, epoch and batch, is called before every batch.</summary>
    public ShardGradients(TrainingJob job, int threads, Action<DataShard, int, int>? beforeBatch = null)
    {
        _job = job;
        _beforeBatch = beforeBatch;
        Threads = threads;
        Compute = new NetworkCompute(_job.Kernels, threads);
        Workspace = new Workspace(
            _job.Spec, Math.Min(_job.Training.BatchSize, _job.TrainingSet.SampleCount), keepsDeltas: _job.Training.EvolvesByEvidence);
        _shards = new BatchGradient?[_job.Run.Workers];
        Random = _job.Random;
    }

    public NetworkCompute Compute { get; }

    public int Threads { get; }

    public Workspace Workspace { get; }

    public RandomSource Random { get; }

    public BatchResult Gradient(Network network, int shard, int epoch, int batch, GradientSet gradients)
    {
        var source = Shard(shard);
        _beforeBatch?.Invoke(source.Shard, epoch, batch);
        return source.Compute(network, epoch, batch, gradients);
    }

    /// <summary>
    /// What a guided rule changes by what the last gradient left behind, for the evolution that goes with update <paramref name="update"/>.
    /// The network stays as it is.
    /// </summary>
    public NetworkEvolution Evolve(Network network, long update) =>
        _job.Training.Rule.Evolve(_job.Snapshot(network, update) with { Evidence = new(Compute, Workspace, Random, update) });

    /// <summary>Another one of the same kind that computes on one thread.</summary>
    public ShardGradients OnOneThread() => new(_job, threads: 1, _beforeBatch);

    public int BatchCount(int shard) => Shard(shard).Shard.BatchCount;

    public void Dispose()
    {
        foreach (var shard in _shards) shard?.Dispose();
        Workspace.Dispose();
        Compute.Dispose();
    }

    private BatchGradient Shard(int shard)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)shard, (uint)_shards.Length, nameof(shard));
        if (_shards[shard] is { } known) return known;
        var data = new DataShard(_job.TrainingSet.SampleCount, _job.Training.BatchSize, Random, shard, _job.Run.Workers);
        return _shards[shard] = new BatchGradient(_job.Spec, _job.TrainingSet, data, _job.Training, Compute, Random, Workspace);
    }
}
