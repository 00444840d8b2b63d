using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Coordination;

/// <summary>An epoch that is over, while something is still to be learnt of it.</summary>
internal sealed class JournalEntry(int epoch, EpochMetrics metrics, RunState state, SharedNetwork? toEvaluate) : IDisposable
{
    /// <summary>The epoch, counted from 0.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>What it did, as far as that is known.</summary>
    public EpochMetrics Metrics { get; set; } = metrics;

    /// <summary>Where the run stood when it ended, to be written.</summary>
    public RunState State { get; } = state;

    /// <summary>What is measured on the evaluation set, until that is done; null if nothing is.</summary>
    public SharedNetwork? ToEvaluate { get; private set; } = toEvaluate;

    /// <summary>Number of the evaluation that is under way; 0 before the evaluator was asked.</summary>
    public long EvaluationId { get; set; }

    /// <summary>Nothing is measured any more.</summary>
    public void EndEvaluation()
    {
        ToEvaluate?.Dispose();
        ToEvaluate = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndEvaluation();
        State.Dispose();
    }
}
