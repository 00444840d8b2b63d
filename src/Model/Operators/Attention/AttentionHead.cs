using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Attention;

/// <summary>
/// One head for one vector of samples: where its q, k and v (tokens x d each) are, in the activations and, for the way back, in their
/// gradients. Tokens are taken a few at a time, so that no more than those rows of the tokens x tokens matrix are ever there.
/// </summary>
internal readonly unsafe struct AttentionHead
{
    /// <summary>Rows of the tokens x tokens matrix that are there at a time.</summary>
    internal const int RowsPerBlock = 16;

    private readonly nint _tokens, _size;
    private readonly LaneMatrix _q, _k, _v;
    private readonly float _scale;

    /// <summary>The head of number <paramref name="head"/>, with <paramref name="size"/> channels of <paramref name="channels"/>.</summary>
    internal AttentionHead(ActivationMatrix qkv, int channels, int size, int tokens, int head, int lane)
    {
        (_tokens, _size) = (tokens, size);
        _q = Part(qkv, 0, channels, size, tokens, head, lane);
        _k = Part(qkv, 1, channels, size, tokens, head, lane);
        _v = Part(qkv, 2, channels, size, tokens, head, lane);
        _scale = 1 / MathF.Sqrt(size);
    }

    /// <summary>Part 0, 1 or 2 of q, k and v, as tokens x d; part 0 of the output alike.</summary>
    internal static LaneMatrix Part(ActivationMatrix matrix, int part, int channels, int size, int tokens, int head, int lane)
    {
        nint row = matrix.Stride, channel = (nint)part * channels + (nint)head * size;
        return new(matrix.Pointer + channel * tokens * row + lane, row, tokens * row);
    }

    /// <summary>softmax(q k' / sqrt(d)) v to <paramref name="output"/>.</summary>
    /// <param name="output">Tokens x d.</param>
    /// <param name="scratch">Room for a block of the tokens x tokens matrix.</param>
    internal void Forward<TIsa, TVector>(in LaneMatrix output, float* scratch)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var weights = new LaneMatrix(scratch, _tokens * TIsa.Count, TIsa.Count);
        for (nint first = 0; first < _tokens; first += RowsPerBlock)
        {
            var rows = Math.Min(RowsPerBlock, _tokens - first);
            Weigh<TIsa, TVector>(weights, first, rows);
            LaneMatrix.Multiply<TIsa, TVector>(weights, _v.Transposed, output.From(first), rows, _size, _tokens, adds: false);
        }
    }

    /// <summary>The gradients by q, k and v, tokens x d each, from that by the output.</summary>
    /// <param name="delta">Tokens x d.</param>
    /// <param name="dq">Takes the gradient by q.</param>
    /// <param name="dk">Takes the gradient by k.</param>
    /// <param name="dv">Takes the gradient by v.</param>
    /// <param name="scratch">Room for two blocks of the tokens x tokens matrix.</param>
    internal void Backward<TIsa, TVector>(in LaneMatrix delta, in LaneMatrix dq, in LaneMatrix dk, in LaneMatrix dv, float* scratch)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var weights = new LaneMatrix(scratch, _tokens * TIsa.Count, TIsa.Count);
        var gradients = new LaneMatrix(scratch + RowsPerBlock * _tokens * TIsa.Count, _tokens * TIsa.Count, TIsa.Count);
        for (nint first = 0; first < _tokens; first += RowsPerBlock)
        {
            var rows = Math.Min(RowsPerBlock, _tokens - first);
            var (blockDelta, adds) = (delta.From(first), first > 0);
            Weigh<TIsa, TVector>(weights, first, rows);
            LaneMatrix.Multiply<TIsa, TVector>(weights.Transposed, blockDelta.Transposed, dv, _tokens, _size, rows, adds);
            LaneMatrix.Multiply<TIsa, TVector>(blockDelta, _v, gradients, rows, _tokens, _size, adds: false);
            for (nint row = 0; row < rows; row++) Differentiate<TIsa, TVector>(weights.Row(row), gradients.Row(row));
            LaneMatrix.Multiply<TIsa, TVector>(gradients, _k.Transposed, dq.From(first), rows, _size, _tokens, adds: false);
            LaneMatrix.Multiply<TIsa, TVector>(gradients.Transposed, _q.From(first).Transposed, dk, _tokens, _size, rows, adds);
        }
    }

    // Some rows of softmax(q k' / sqrt(d)).
    private void Weigh<TIsa, TVector>(in LaneMatrix weights, nint first, nint rows)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        LaneMatrix.Multiply<TIsa, TVector>(_q.From(first), _k, weights, rows, _tokens, _size, adds: false);
        for (nint row = 0; row < rows; row++) Softmax<TIsa, TVector>(weights.Row(row));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Softmax<TIsa, TVector>(float* row) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var end = row + _tokens * TIsa.Count;
        var (largest, sum, scale) = (TIsa.Load(row), TIsa.Zero, TIsa.Create(_scale));
        for (var weight = row; weight < end; weight += TIsa.Count) largest = TIsa.Max(largest, TIsa.Load(weight));
        for (var weight = row; weight < end; weight += TIsa.Count)
        {
            var exponential = VectorMath.Exp<TIsa, TVector>(TIsa.Multiply(TIsa.Subtract(TIsa.Load(weight), largest), scale));
            TIsa.Store(weight, exponential);
            sum = TIsa.Add(sum, exponential);
        }
        var part = TIsa.Divide(TIsa.Create(1), sum);
        for (var weight = row; weight < end; weight += TIsa.Count) TIsa.Store(weight, TIsa.Multiply(TIsa.Load(weight), part));
    }

    // From the gradient by the weights of a row to that by q k'.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate<TIsa, TVector>(float* weights, float* gradients)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var end = _tokens * TIsa.Count;
        var (mean, scale) = (TIsa.Zero, TIsa.Create(_scale));
        for (nint index = 0; index < end; index += TIsa.Count)
            mean = TIsa.MultiplyAdd(TIsa.Load(weights + index), TIsa.Load(gradients + index), mean);
        for (nint index = 0; index < end; index += TIsa.Count)
        {
            var weight = TIsa.Multiply(TIsa.Load(weights + index), scale);
            TIsa.Store(gradients + index, TIsa.Multiply(weight, TIsa.Subtract(TIsa.Load(gradients + index), mean)));
        }
    }
}
