using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.TokenMix;

/// <summary>
/// A matrix seen as the many small ones that one map works on: a row of positions each, or the columns of a channel side by side. What is
/// seen is made anew only for another matrix.
/// </summary>
internal sealed class SlicedMatrix(TensorShape shape, MixAxis axis) : ISlices
{
    private readonly ActivationMatrix[] _slices =
        new ActivationMatrix[axis == MixAxis.Rows ? shape.Channels * shape.Height : shape.Channels];
    private ActivationMatrix? _matrix;

    /// <inheritdoc/>
    public ActivationMatrix[]? Of(ActivationMatrix? matrix)
    {
        if (matrix is null) return null;
        if (!ReferenceEquals(matrix, _matrix))
        {
            for (var index = 0; index < _slices.Length; index++)
            {
                _slices[index] = axis == MixAxis.Rows
                    ? matrix.Slice(index * shape.Width, shape.Width)
                    : matrix.Slice(index * shape.Positions, shape.Positions).Joined(shape.Width);
            }
            _matrix = matrix;
        }
        if (axis == MixAxis.Rows && _slices[0].Batch != matrix.Batch)
            foreach (var slice in _slices) slice.SetBatch(matrix.Batch);
        return _slices;
    }
}
