using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model;

/// <summary>
/// Keeps in memory what came of a training: what epochs did, and where there are validation samples the network that did best on them. No
/// checkpoints: a run that diverged is tried again from its beginning.
/// </summary>
internal sealed class TrainingHistory(TrainingJob job, Action<EpochMetrics>? onEpoch)
    : TrainingObserver, ITrainingListener, ICheckpointSink, IDisposable
{
    private readonly List<EpochMetrics> _epochs = [];
    private Network? _best;

    public override void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest)
    {
        if (isBest) Keep(network);
    }

    public override void OnEpoch(EpochMetrics metrics, TrainingState state) => OnEpoch(metrics);

    public void OnEpoch(EpochMetrics metrics)
    {
        _epochs.Add(metrics);
        onEpoch?.Invoke(metrics);
    }

    public void OnStatus(RunStatus status) { }

    public void OnEvent(RunEvent kind, string text) { }

    public void Write(RunState state, EpochMetrics? metrics, bool isBest)
    {
        if (!isBest) return;
        using var average = state.AverageReplicas();
        Keep(average ?? state.Network);
    }

    public RunState? ReadLast()
    {
        Clear();
        return null;
    }

    /// <summary>Training begins anew.</summary>
    public void Clear()
    {
        _epochs.Clear();
        Dispose();
    }

    /// <summary>What came of it; takes over <paramref name="last"/>.</summary>
    public TrainedNetwork Finish(Network last)
    {
        if (_best is not null) last.Dispose();
        var network = _best ?? last;
        _best = null;
        return new(new() { Network = network, Schema = DataSchema.Of(job.TrainingSet) }, [.. _epochs]);
    }

    public void Dispose()
    {
        _best?.Dispose();
        _best = null;
    }

    // A network better than all before, which only validation samples can tell without being deceived.
    private void Keep(Network network)
    {
        if (job.Training.EvaluatedOn != EvaluationRole.Validation) return;
        _best?.Dispose();
        _best = network.Clone();
    }
}
