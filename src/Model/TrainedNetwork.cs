using System.Collections.Concurrent;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Data.Formats;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model;

/// <summary>
/// A network with what it knows of its data, to measure, to predict with and to save. Safe to use from many threads at a time, each of which
/// computes for itself.
/// </summary>
public sealed class TrainedNetwork : IDisposable
{
    private readonly Checkpoint _checkpoint;
    private readonly ConcurrentBag<InferenceLane> _lanes = []; // those that nobody uses
    private int _holders = 1; // one until it is disposed of, and every call that is under way
    private int _isDisposed;

    internal TrainedNetwork(Checkpoint checkpoint, IReadOnlyList<EpochMetrics> epochs) =>
        (_checkpoint, Epochs, Schema) = (checkpoint, epochs, checkpoint.Schema!);

    /// <summary>Loads what <see cref="Save"/> or the command <c>actorsparse train</c> wrote.</summary>
    /// <param name="path">The file, such as runs/NAME/checkpoints/best.safetensors.</param>
    /// <exception cref="InvalidInputException">The file is damaged, is no checkpoint, or says nothing of the data.</exception>
    public static TrainedNetwork Load(string path)
    {
        var checkpoint = CheckpointFile.Load(path);
        if (checkpoint.Schema is not null) return new(checkpoint, []);
        checkpoint.Dispose();
        throw new InvalidInputException($"{path}: does not say how its training data were laid out");
    }

    /// <summary>The network, to look at: topologies and parameters.</summary>
    public Network Network => _checkpoint.Network;

    /// <summary>What its features and targets mean.</summary>
    public DataSchema Schema { get; }

    /// <summary>What each epoch of its training did; empty for a network that was loaded.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; }

    /// <summary>Loss and measures on all of <paramref name="data"/>.</summary>
    /// <exception cref="InvalidInputException">The data do not fit the network, or have no targets.</exception>
    public Evaluation Evaluate(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.IsLabelled) throw new InvalidInputException($"{data.Name}: has no targets; expected some to measure predictions by");
        return OnLane(lane => Evaluator.Evaluate(lane.Compute, Network, data, lane.Workspaces));
    }

    /// <summary>What the network says of each sample of <paramref name="data"/>, in their order.</summary>
    /// <exception cref="InvalidInputException">The data do not fit the network.</exception>
    public IReadOnlyList<Prediction> Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var values = new PredictedValues(Schema);
        var predictions = new List<Prediction>(data.SampleCount);
        return OnLane(lane =>
        {
            Evaluator.Predict(lane.Compute, Network, data, lane.Workspaces, (_, label, outputs) => predictions.Add(values.Of(label, outputs)));
            return predictions;
        });
    }

    /// <summary>What the network says of one sample.</summary>
    /// <param name="features">
    /// Its features (n0) in the order and the units of the training data; a column of words is a 1 for the word that it has, among 0s.
    /// </param>
    /// <exception cref="InvalidInputException">There are more or fewer features, or one is not finite.</exception>
    public Prediction Predict(ReadOnlySpan<float> features)
    {
        if (features.Length != Schema.FeatureCount)
            throw new InvalidInputException($"a sample of {features.Length} features; expected {Schema.FeatureCount}");
        var targets = new TargetEncoder(Schema).Encode(RawTargets.Unknown("a sample", Schema.TargetKind, sampleCount: 1), Schema.ClassNames);
        using var sample = DenseDataset.CopyOf("a sample", features, Schema.FeatureCount, targets);
        sample.Standardize(Schema.Standardization);
        return Predict(sample)[0];
    }

    /// <summary>Writes a checkpoint, which the command line reads too; a file that is there is replaced at once or not at all.</summary>
    public void Save(string path)
    {
        Holders.Add(ref _holders, this);
        try
        {
            CheckpointFile.Save(path, _checkpoint);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Frees the memory, once the last call that is under way is over.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) Release();
    }

    private T OnLane<T>(Func<InferenceLane, T> work)
    {
        Holders.Add(ref _holders, this);
        try
        {
            if (!_lanes.TryTake(out var lane)) lane = new(Network.Spec);
            try
            {
                return work(lane);
            }
            finally
            {
                _lanes.Add(lane);
            }
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        if (!Holders.Remove(ref _holders)) return;
        while (_lanes.TryTake(out var lane)) lane.Dispose();
        _checkpoint.Dispose();
    }
}
