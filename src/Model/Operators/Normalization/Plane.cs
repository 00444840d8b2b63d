using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>Rows of floats in memory, one after the other, of which the first few of each count.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Stride">Floats from one row to the next.</param>
/// <param name="Count">Floats of a row that count.</param>
internal readonly record struct Plane(int Rows, long Stride, int Count)
{
    /// <summary>
    /// The samples of so many neurons side by side in <paramref name="matrix"/>, in as few and as long rows as can be; then those of the
    /// last group of a grouped matrix, if it is not full, with how many floats after the first ones they begin.
    /// </summary>
    internal static (Plane Most, Plane Last, long LastOffset) Of(ActivationMatrix matrix, int neurons)
    {
        if (matrix.IsGrouped)
        {
            var (groups, rest) = Math.DivRem(matrix.Batch, matrix.GroupLanes);
            var groupFloats = (long)matrix.Neurons * matrix.Stride;
            return (new(groups, groupFloats, checked(neurons * matrix.Stride)), new(rest == 0 ? 0 : neurons, matrix.Stride, rest),
                groups * groupFloats);
        }
        return matrix.Batch == matrix.Stride
            ? (new(1, 0, checked(neurons * matrix.Stride)), default, 0)
            : (new(neurons, matrix.Stride, matrix.Batch), default, 0);
    }
}
