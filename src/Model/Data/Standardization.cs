namespace ActorSparse.Model.Data;

/// <summary>
/// Mean and deviation of every feature of a training set, applied as (x - mean) / deviation to every data set the network sees. The
/// deviation is the population's (divided by N); a constant feature has deviation 1 (wasap specification, section 6).
/// </summary>
public sealed class Standardization
{
    // Below this, the smallest normal number, 1 / deviation would overflow.
    private const float DeviationMin = 1.17549435e-38f;

    // A value far from 0 that the share p of the samples stores has a mean of sqrt(p / (1 - p)) deviations: more than 1 from here on.
    private const double CentredAbove = 0.5;

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

    /// <summary>What is subtracted from each feature (n0); 0 where features are scaled only. Read only.</summary>
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
        return Of(moments, centredAbove: mode switch
        {
            StandardizationMode.Full => 0,
            StandardizationMode.Scale => 1,
            _ => CentredAbove,
        });
    }

    /// <summary>Measures the targets of a training set. A constant target has deviation 1, too.</summary>
    public static Standardization Measure(RealTargets training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return Of(training.Measure(), centredAbove: 0);
    }

    /// <summary>The value in the units of the data that was standardised to <paramref name="value"/>.</summary>
    public double Restore(int feature, double value) => value * Deviations[feature] + Means[feature];

    // Features that more than so many of the samples store become 0 on average.
    private static Standardization Of(FeatureMoments[] moments, double centredAbove)
    {
        var means = new float[moments.Length];
        var deviations = new float[moments.Length];
        for (var feature = 0; feature < moments.Length; feature++)
        {
            if (moments[feature].StoredShare > centredAbove) means[feature] = (float)moments[feature].Mean;
            var deviation = (float)Math.Sqrt(moments[feature].Variance);
            deviations[feature] = deviation >= DeviationMin ? deviation : 1;
        }
        return new(means, deviations);
    }
}
