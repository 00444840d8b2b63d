using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Attention;

/// <summary>
/// Computes <see cref="AttentionSpec"/> with samples as lanes. Threads share heads and vectors of samples; the softmax is computed again on
/// the way back, so that no tokens x tokens matrix is kept.
/// </summary>
internal sealed unsafe class AttentionOperator : Operator
{
    // Floats of the widest vector.
    private const int LanesMax = 16;

    private readonly int _channels, _size, _tokens, _heads;
    private NativeBuffer<float>? _scratch;

    internal AttentionOperator(TensorShape qkv, int heads)
    {
        _channels = qkv.Channels / 3;
        (_size, _heads, _tokens) = (_channels / heads, heads, qkv.Positions);
    }

    /// <inheritdoc/>
    public override long Bytes => _scratch?.Bytes ?? 0;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        EnsureScratch(pass);
        pass.RunEach((Operator: this, pass), static (all, member) => all.pass.Kernels.ForStride(all.pass.Output.Stride)
            .Dispatch(new ForwardPass(all.Operator, all.pass, member)));
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is null) return;
        EnsureScratch(pass);
        pass.RunEach((Operator: this, pass), static (all, member) => all.pass.Kernels.ForStride(all.pass.Output.Stride)
            .Dispatch(new BackwardPass(all.Operator, all.pass, member)));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _scratch?.Dispose();
        base.Dispose(disposing);
    }

    private long ScratchPerThread => 2L * AttentionHead.RowsPerBlock * _tokens * LanesMax;

    private void EnsureScratch(OperatorPass pass)
    {
        if (_scratch is not null && _scratch.Length >= pass.Threads * ScratchPerThread) return;
        _scratch?.Dispose();
        _scratch = new(pass.Threads * ScratchPerThread);
    }

    private AttentionHead HeadOf(ActivationMatrix qkv, int head, int lane) => new(qkv, _channels, _size, _tokens, head, lane);

    private LaneMatrix PartOf(ActivationMatrix matrix, int part, int head, int lane) =>
        AttentionHead.Part(matrix, part, _channels, _size, _tokens, head, lane);

    private readonly struct ForwardPass(AttentionOperator attention, OperatorPass pass, int member) : IVectorPass
    {
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var vectors = (pass.Batch + TIsa.Count - 1) / TIsa.Count;
            var (first, end) = pass.Share((long)attention._heads * vectors, member);
            var scratch = attention._scratch!.Pointer + member * attention.ScratchPerThread;
            for (var item = first; item < end; item++)
            {
                var (head, lane) = ((int)(item / vectors), (int)(item % vectors) * TIsa.Count);
                attention.HeadOf(pass.Inputs[0], head, lane).Forward<TIsa, TVector>(attention.PartOf(pass.Output, 0, head, lane), scratch);
            }
        }
    }

    private readonly struct BackwardPass(AttentionOperator attention, OperatorPass pass, int member) : IVectorPass
    {
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var vectors = (pass.Batch + TIsa.Count - 1) / TIsa.Count;
            var (first, end) = pass.Share((long)attention._heads * vectors, member);
            var scratch = attention._scratch!.Pointer + member * attention.ScratchPerThread;
            for (var item = first; item < end; item++)
            {
                var (head, lane) = ((int)(item / vectors), (int)(item % vectors) * TIsa.Count);
                var inputDelta = pass.InputDeltas[0]!;
                attention.HeadOf(pass.Inputs[0], head, lane).Backward<TIsa, TVector>(
                    attention.PartOf(pass.Delta, 0, head, lane), attention.PartOf(inputDelta, 0, head, lane),
                    attention.PartOf(inputDelta, 1, head, lane), attention.PartOf(inputDelta, 2, head, lane), scratch);
            }
        }
    }
}
