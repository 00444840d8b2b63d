using ActorSparse.Host.Configuration;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>What came of a call of train.</summary>
internal sealed record TrainingOutcome
{
    /// <summary>The run's folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>What was trained.</summary>
    public required TrainingJob Job { get; init; }

    /// <summary>With which options.</summary>
    public required Settings Settings { get; init; }

    /// <summary>What only runs with workers know; null for others, and for one that was over already.</summary>
    public required DistributedFacts? Facts { get; init; }

    /// <summary>Where training stands.</summary>
    public required TrainingState State { get; init; }

    /// <summary>The rows of all epochs, those before a resumption included.</summary>
    public required IReadOnlyList<EpochMetrics> Rows { get; init; }

    /// <summary>Why training failed, in one line; null if it did not.</summary>
    public required string? Failure { get; init; }

    /// <summary>What the user should know of the last score, as the end of a sentence; null if there is nothing.</summary>
    public required string? Warning { get; init; }

    /// <summary>
    /// What the best network does on the test samples, which are looked at once, at the end; null before it, and without validation samples,
    /// where the rows say it.
    /// </summary>
    public Evaluation? Test { get; init; }

    /// <summary>Why training ended before all epochs were done, as the end of a sentence; null if it did not.</summary>
    public string? EarlyEnd { get; init; }

    /// <summary>Whether it was stopped before its end.</summary>
    public required bool IsInterrupted { get; init; }

    /// <summary>Whether report.html could be written.</summary>
    public bool HasReport { get; init; } = true;

    /// <summary>One word: finished, interrupted or failed.</summary>
    public string Status => Failure is not null ? "failed" : IsInterrupted ? "interrupted" : "finished";
}
