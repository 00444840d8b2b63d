using System.Globalization;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>What the evaluation at the end of a run says of what it has learnt.</summary>
/// <param name="Failure">Why training was in vain, in one line; null if it was not.</param>
/// <param name="Warning">What the user should know of the accuracy, as the end of a sentence; null if there is nothing.</param>
public sealed record LastEvaluation(string? Failure, string? Warning)
{
    // So much below the best is no longer the noise of the last epochs.
    private const double FarBelow = 0.05;

    // Networks that know nothing come so near to the best constant guess.
    private const double Guessing = 0.95;

    /// <summary>Judges the last of <paramref name="rows"/>.</summary>
    /// <param name="rows">The rows of a run that came to its end.</param>
    /// <param name="spec">The network.</param>
    /// <param name="test">The test samples.</param>
    public static LastEvaluation Of(IReadOnlyList<EpochMetrics> rows, NetworkSpec spec, Dataset test)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(test);
        if (rows.Count == 0 || rows[^1] is not { TestAccuracy: { } accuracy, TestLoss: { } loss, BestTestAccuracy: { } best })
            return new(null, null);
        var culture = CultureInfo.InvariantCulture;
        var standing = string.Create(culture, $"best {best:0.0000} after epoch {BestEpoch(rows)}");
        var isFarBelow = best - accuracy > FarBelow;
        if (isFarBelow) standing = $"far below the {standing} (use checkpoints/best.safetensors)";
        var (_, guess, share) = GuessLoss.Of(spec, test, []);
        if (share == 1 || accuracy > share) return new(null, isFarBelow ? standing : null);
        if (isFarBelow)
            return new(string.Create(culture,
                $"training lost what it had learnt: test accuracy {accuracy:0.0000} is no better than guessing "
                    + $"the most frequent class ({share:0.0000}), {standing}"), standing);
        if (loss >= Guessing * guess)
            return new(string.Create(culture,
                $"training learnt nothing: test accuracy {accuracy:0.0000} is no better than guessing "
                    + $"the most frequent class ({share:0.0000}); another learning rate or more epochs may help"), null);
        return new(null, string.Create(culture,
            $"no better than guessing the most frequent class ({share:0.0000}) although the loss is ({loss:0.0000}, guessing {guess:0.0000}), "
                + $"{standing}"));
    }

    /// <summary>The first epoch, counted from 1, that was as good on the test samples as any.</summary>
    public static int BestEpoch(IReadOnlyList<EpochMetrics> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.First(row => row.BestTestAccuracy == rows[^1].BestTestAccuracy).Epoch;
    }
}
