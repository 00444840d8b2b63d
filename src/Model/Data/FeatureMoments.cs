namespace ActorSparse.Model.Data;

internal readonly record struct FeatureMoments(double Mean, double Variance)
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
