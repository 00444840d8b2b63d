using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>Rows of floats in memory, one after the other, of which the first few of each count.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Stride">Floats from one row to the next.</param>
/// <param name="Count">Floats of a row that count.</param>
internal readonly record struct Plane(int Rows, int Stride, int Count)
{
    /// <summary>So many neurons of <paramref name="matrix"/>; without lanes beyond the batch between them they are one long row.</summary>
    internal static Plane Of(ActivationMatrix matrix, int neurons) => matrix.Batch == matrix.Stride
        ? new(1, checked(neurons * matrix.Stride), neurons * matrix.Stride)
        : new(neurons, matrix.Stride, matrix.Batch);
}
