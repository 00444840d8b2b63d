namespace ActorSparse.Model.Data;

/// <summary>
/// Mean and deviation of every feature of a training set, applied as (x - mean) / deviation to every data set the network sees. The
/// deviation is the population's (divided by N); a constant feature has deviation 1 (wasap specification, section 6).
/// </summary>
public sealed class Standardization
{
    // Below this, the smallest normal number, 1 / deviation would overflow.
    private const float DeviationMin = 1.17549435e-38f;

    /// <summary>Takes over the two arrays, one entry a feature.</summary>
    /// <exception cref="ArgumentException">The lengths differ, a value is not finite or a deviation is not positive.</exception>
    public Standardization(float[] means, float[] deviations)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(deviations);
        if (means.Length != deviations.Length) throw new ArgumentException($"{means.Length} means, {deviations.Length} deviations");
        if (!means.All(float.IsFinite)) throw new ArgumentException("a mean is not finite");
        if (!deviations.All(deviation => deviation >= DeviationMin && float.IsFinite(deviation)))
            throw new ArgumentException("a deviation is not positive and finite");
        Means = means;
        Deviations = deviations;
        InverseDeviations = [.. deviations.Select(deviation => 1 / deviation)];
    }

    /// <summary>Number of features, n0.</summary>
    public int FeatureCount => Means.Length;

    /// <summary>What is subtracted from each feature (n0); zeros for <see cref="StandardizationMode.Scale"/>. Read only.</summary>
    public float[] Means { get; }

    /// <summary>What each feature is divided by (n0). Read only.</summary>
    public float[] Deviations { get; }

    internal float[] InverseDeviations { get; }

    /// <summary>Measures <paramref name="training"/>; null for <see cref="StandardizationMode.None"/>.</summary>
    public static Standardization? Measure(Dataset training, StandardizationMode mode = StandardizationMode.Auto)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (mode == StandardizationMode.None) return null;
        var moments = training is SparseDataset sparse ? sparse.Measure() : ((DenseDataset)training).Measure();
        if (mode == StandardizationMode.Auto) mode = training is SparseDataset ? StandardizationMode.Scale : StandardizationMode.Full;
        return Of(moments, mode == StandardizationMode.Full);
    }

    /// <summary>Measures the targets of a training set. A constant target has deviation 1, too.</summary>
    public static Standardization Measure(RealTargets training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return Of(training.Measure(), withMeans: true);
    }

    /// <summary>The value in the units of the data that was standardised to <paramref name="value"/>.</summary>
    public double Restore(int feature, double value) => value * Deviations[feature] + Means[feature];

    private static Standardization Of(FeatureMoments[] moments, bool withMeans)
    {
        var means = new float[moments.Length];
        var deviations = new float[moments.Length];
        for (var feature = 0; feature < moments.Length; feature++)
        {
            if (withMeans) means[feature] = (float)moments[feature].Mean;
            var deviation = (float)Math.Sqrt(moments[feature].Variance);
            deviations[feature] = deviation >= DeviationMin ? deviation : 1;
        }
        return new(means, deviations);
    }
}
