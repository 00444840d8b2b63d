namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// What numbers are normalised with: x becomes (x - mean) * inverse. Either one of each for every lane of a row, or one vector's width of
/// the same value, for all lanes.
/// </summary>
/// <param name="means">Means.</param>
/// <param name="inverses">Inverses of the standard deviations.</param>
/// <param name="isPerLane">Whether there is one for every lane.</param>
internal readonly unsafe struct LaneStatistics(float* means, float* inverses, bool isPerLane)
{
    internal readonly float* Means = means, Inverses = inverses;

    // Floats in the arrays from one lane to the next.
    internal readonly nint Step = isPerLane ? 1 : 0;
}
