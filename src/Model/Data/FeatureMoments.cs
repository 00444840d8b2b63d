namespace ActorSparse.Model.Data;

/// <summary>What a feature is like over all samples.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Variance">Its population variance.</param>
/// <param name="StoredShare">In what share of the samples it is stored: less than 1 in sparse data only, where the others are 0.</param>
internal readonly record struct FeatureMoments(double Mean, double Variance, double StoredShare = 1)
{
    /// <summary>Those of each of <paramref name="count"/> columns of <paramref name="values"/>, sample by sample.</summary>
    // Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products" (1962): stable, and exactly zero for a constant.
    internal static unsafe FeatureMoments[] Of(float* values, int sampleCount, int count)
    {
        var means = new double[count];
        var spreads = new double[count];
        for (var sample = 0; sample < sampleCount; sample++, values += count)
        {
            var weight = 1.0 / (sample + 1);
            for (var feature = 0; feature < count; feature++)
            {
                var delta = values[feature] - means[feature];
                means[feature] += delta * weight;
                spreads[feature] += delta * (values[feature] - means[feature]);
            }
        }
        var moments = new FeatureMoments[count];
        for (var feature = 0; feature < count; feature++) moments[feature] = new(means[feature], spreads[feature] / sampleCount);
        return moments;
    }
}
