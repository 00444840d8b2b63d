using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Training;

/// <summary>Is told how training goes; each call returns before training goes on, and is not counted in its seconds.</summary>
internal abstract class TrainingObserver
{
    /// <summary>A batch is done; <paramref name="state"/> is where training stands now.</summary>
    /// <param name="state">Where training stands, this batch included.</param>
    /// <param name="batchCount">Batches of an epoch.</param>
    public virtual void OnBatch(TrainingState state, int batchCount) { }

    /// <summary>The evaluation set was run through the network as it is during this call: before it evolves.</summary>
    /// <param name="network">The network that was evaluated.</param>
    /// <param name="epoch">Number of the epoch, counted from 1.</param>
    /// <param name="evaluation">Loss and measures.</param>
    /// <param name="isBest">Whether no evaluation before it had so good a score.</param>
    public virtual void OnEvaluated(Network network, int epoch, Evaluation evaluation, bool isBest) { }

    /// <summary>An epoch is done, evolution included; <paramref name="state"/> is the beginning of the next.</summary>
    /// <param name="metrics">What the epoch did.</param>
    /// <param name="state">Where training stands.</param>
    public virtual void OnEpoch(EpochMetrics metrics, TrainingState state) { }
}
