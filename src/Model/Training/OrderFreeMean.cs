namespace ActorSparse.Model.Training;

/// <summary>Means that do not depend on the order in which the workers answered, to the last bit.</summary>
internal static class OrderFreeMean
{
    /// <summary>
    /// The sum of <paramref name="parts"/> divided by <paramref name="divisor"/>: summed in double precision in ascending order. Sorts the
    /// parts.
    /// </summary>
    public static float Of(Span<float> parts, int divisor)
    {
        for (var index = 1; index < parts.Length; index++)
        {
            var part = parts[index];
            var hole = index;
            for (; hole > 0 && parts[hole - 1] > part; hole--) parts[hole] = parts[hole - 1];
            parts[hole] = part;
        }
        double sum = 0;
        foreach (var part in parts) sum += part;
        return (float)(sum / divisor);
    }
}
