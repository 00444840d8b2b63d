using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators;

/// <summary>
/// A matrix seen with every few neurons in a row as one, as a channel's positions are; what is seen is made anew only for another matrix.
/// </summary>
/// <param name="together">Neurons that count as one.</param>
internal sealed class JoinedMatrix(int together)
{
    private ActivationMatrix? _matrix, _joined;

    /// <summary><paramref name="matrix"/>, seen so; null if it is.</summary>
    internal ActivationMatrix? Of(ActivationMatrix? matrix)
    {
        if (matrix is null) return null;
        if (ReferenceEquals(matrix, _matrix)) return _joined;
        _matrix = matrix;
        return _joined = together == 1 ? matrix : matrix.Joined(together);
    }
}
