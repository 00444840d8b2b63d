namespace ActorSparse.Model.Training;

/// <summary>How predictions of one class or label, or of several labels together, came out.</summary>
/// <param name="Hits">Predicted and right.</param>
/// <param name="FalseAlarms">Predicted and wrong.</param>
/// <param name="Misses">Not predicted although right.</param>
public readonly record struct HitCounts(long Hits, long FalseAlarms, long Misses)
{
    /// <summary>How often it is right.</summary>
    public long Actual => Hits + Misses;

    /// <summary>How often it was predicted.</summary>
    public long Predicted => Hits + FalseAlarms;

    /// <summary>Share of those that were predicted among those that are right; null if none is.</summary>
    public double? Recall => Actual == 0 ? null : (double)Hits / Actual;

    /// <summary>Share of those that are right among those that were predicted; null if none was.</summary>
    public double? Precision => Predicted == 0 ? null : (double)Hits / Predicted;

    /// <summary>Harmonic mean of precision and recall; null where there is neither.</summary>
    public double? F1 => Actual + Predicted == 0 ? null : 2.0 * Hits / (Actual + Predicted);

    /// <summary>Both together.</summary>
    public static HitCounts operator +(HitCounts left, HitCounts right) =>
        new(left.Hits + right.Hits, left.FalseAlarms + right.FalseAlarms, left.Misses + right.Misses);

    /// <summary>Mean F1 of those that have one; 0 if none has.</summary>
    public static double MeanF1(IEnumerable<HitCounts> counts) =>
        counts.Select(count => count.F1).OfType<double>().DefaultIfEmpty(0).Average();
}
