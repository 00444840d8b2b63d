using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pointwise;

/// <summary>
/// A matrix of channels with the lanes of all their positions side by side, seen in blocks of lanes; what is seen is made anew only for
/// another matrix.
/// </summary>
/// <param name="positions">Neurons of a channel.</param>
internal sealed class LaneBlocks(int positions) : ISlices
{
    // Two of the kernels' largest tiles: sums in double precision between blocks then cost little beside the block.
    private const int LanesPerBlock = 256;

    private readonly JoinedMatrix _joined = new(positions);
    private ActivationMatrix? _matrix;
    private ActivationMatrix[] _blocks = [];

    /// <inheritdoc/>
    public ActivationMatrix[]? Of(ActivationMatrix? matrix)
    {
        if (matrix is null) return null;
        if (ReferenceEquals(matrix, _matrix)) return _blocks;
        var joined = _joined.Of(matrix)!;
        _matrix = matrix;
        _blocks = new ActivationMatrix[(joined.Stride + LanesPerBlock - 1) / LanesPerBlock];
        for (var block = 0; block < _blocks.Length; block++)
        {
            var first = block * LanesPerBlock;
            _blocks[block] = joined.Lanes(first, Math.Min(LanesPerBlock, joined.Stride - first));
        }
        return _blocks;
    }
}
