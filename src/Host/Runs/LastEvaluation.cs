using System.Globalization;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>What the evaluation at the end of a run says of what it has learnt.</summary>
/// <param name="Failure">Why training was in vain, in one line; null if it was not.</param>
/// <param name="Warning">What the user should know of the score, as the end of a sentence; null if there is nothing.</param>
internal sealed record LastEvaluation(string? Failure, string? Warning)
{
    // Networks that know nothing come so near to the best constant guess.
    private const double Guessing = 0.95;

    /// <summary>Judges the last of <paramref name="rows"/>.</summary>
    /// <param name="rows">The rows of a run that came to its end.</param>
    /// <param name="spec">The network.</param>
    /// <param name="evaluated">What epochs were evaluated on.</param>
    public static LastEvaluation Of(IReadOnlyList<EpochMetrics> rows, NetworkSpec spec, Dataset evaluated)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(evaluated);
        if (rows.Count == 0 || rows[^1] is not { TestScore: { } score, TestLoss: { } loss, BestTestScore: { } best })
            return new(null, null);
        var kind = rows[^1].ScoreKind;
        var name = $"{rows[^1].EvaluatedOn.Name()} {kind.Name}";
        var standing = $"best {kind.Format(best)} after epoch {BestEpoch(rows)}";
        var isFar = kind.IsFarFrom(score, best);
        if (isFar) standing = $"far {(kind.IsError ? "above" : "below")} the {standing} (use checkpoints/best.safetensors)";
        var guess = GuessLoss.Of(spec, evaluated, []);
        if (guess.IsPerfect || guess.IsBeatenBy(score)) return new(null, isFar ? standing : null);
        var noBetter = $"no better than {kind.Guess} ({kind.Format(guess.Score)})";
        if (isFar)
            return new($"training lost what it had learnt: {name} {kind.Format(score)} is {noBetter}, {standing}", standing);
        if (loss >= Guessing * guess.Best)
            return new(
                $"training learnt nothing: {name} {kind.Format(score)} is {noBetter}; "
                    + "another learning rate or more epochs may help", null);
        return new(null, string.Create(CultureInfo.InvariantCulture,
            $"{noBetter} although the loss is ({loss:0.0000}, guessing {guess.Best:0.0000}), {standing}"));
    }

    /// <summary>The first epoch, counted from 1, whose network is the best.</summary>
    public static int BestEpoch(IReadOnlyList<EpochMetrics> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.First(row => row.BestTestScore == rows[^1].BestTestScore).Epoch;
    }
}
