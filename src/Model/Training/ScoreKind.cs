using ActorSparse.Model.Data;

namespace ActorSparse.Model.Training;

/// <summary>
/// The one measure by which networks of a run are compared: what it is called, which way is better, and which other measures go with it. A
/// score comes of two sums over samples, which is all that trainers and workers have to carry.
/// </summary>
public sealed record ScoreKind : Measure
{
    // So much below the best is no longer the noise of the last epochs; of an error so many times the best.
    private const double FarBelow = 0.05, FarAbove = 1.25;

    private ScoreKind(string name, string key, bool isError, params IReadOnlyList<Measure> further) : base(name, key, isError) =>
        Further = further;

    /// <summary>Share of samples classified rightly: right ones over samples.</summary>
    public static ScoreKind Accuracy { get; } = new("accuracy", "accuracy", false, new Measure("macro F1", "macro_f1"))
    {
        Guess = "guessing the most frequent class", Alike = "taking all classes for alike",
    };

    /// <summary>
    /// Root of the mean squared error over real targets (<see cref="RealTargets.Unit"/>): squared errors over samples times targets.
    /// </summary>
    public static ScoreKind RootMeanSquaredError { get; } =
        new("RMSE", "rmse", true, new Measure("MAE", "mae", true), new Measure("R2", "r2"))
    {
        Guess = "guessing the mean", Alike = "guessing the mean",
    };

    /// <summary>F1 over all labels of all samples: twice the hits over labels given and predicted.</summary>
    public static ScoreKind MicroF1 { get; } =
        new("micro F1", "micro_f1", false, new Measure("macro F1", "macro_f1"), new Measure("exact match", "exact_match"))
    {
        Guess = "guessing the most frequent labels", Alike = "giving every label an even chance",
    };

    /// <summary>Every kind.</summary>
    internal static IReadOnlyList<ScoreKind> All { get; } = [Accuracy, RootMeanSquaredError, MicroF1];

    /// <summary>The other measures of an evaluation, in their order.</summary>
    public IReadOnlyList<Measure> Further { get; }

    /// <summary>What the best constant guess does, in words.</summary>
    public required string Guess { get; init; }

    /// <summary>What a network does that knows nothing, in words.</summary>
    public required string Alike { get; init; }

    /// <summary>The score of data with such targets.</summary>
    public static ScoreKind Of(TargetKind targets) => targets switch
    {
        TargetKind.Classes => Accuracy,
        TargetKind.Real => RootMeanSquaredError,
        _ => MicroF1,
    };

    /// <summary>The score of data with such targets.</summary>
    public static ScoreKind Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Of(data.Targets.Kind);
    }

    /// <summary>The score that two sums make; 0 where there is nothing to share.</summary>
    public double Of(double sum, double weight) => weight == 0 ? 0 : IsError ? Math.Sqrt(sum / weight) : sum / weight;

    /// <summary>Whether two sums can be those of <paramref name="samples"/> samples.</summary>
    internal bool IsPlausible(double sum, double weight, long samples) =>
        double.IsFinite(sum) && double.IsFinite(weight) && sum >= 0 && (IsError ? weight > 0 : sum <= weight)
        && (this != Accuracy || weight == samples);

    /// <summary>
    /// Whether <paramref name="score"/> is better than <paramref name="other"/>; any is better than none, none that is not a number is.
    /// </summary>
    public bool IsBetter(double score, double? other) =>
        !double.IsNaN(score) && !(IsError ? score >= other : score <= other);

    /// <summary>Whether <paramref name="score"/> is far worse than <paramref name="best"/>.</summary>
    internal bool IsFarFrom(double score, double best) => IsError ? score > FarAbove * best : best - score > FarBelow;
}
