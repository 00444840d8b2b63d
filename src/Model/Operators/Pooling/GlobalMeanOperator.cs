using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>Computes <see cref="GlobalMeanSpec"/>.</summary>
public sealed unsafe class GlobalMeanOperator : Operator
{
    private readonly TensorShape _input;

    internal GlobalMeanOperator(TensorShape input) => _input = input;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (x, y) = (pass.Inputs[0], pass.Output);
        pass.Run((kernels: pass.Kernels.ForStride(x.Stride), _input, x, y), _input.Channels, static (all, first, end) =>
            all.kernels.Dispatch(new ForwardPass(all._input, all.x, all.y, first, end)));
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is not { } dx) return;
        pass.Run((kernels: pass.Kernels.ForStride(dx.Stride), _input, pass.Delta, dx), _input.Channels, static (all, first, end) =>
            all.kernels.Dispatch(new BackwardPass(all._input, all.Delta, all.dx, first, end)));
    }

    private readonly struct ForwardPass(TensorShape input, ActivationMatrix x, ActivationMatrix y, long first, long end) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            nint stride = x.Stride, batch = x.Batch, height = input.Height, width = input.Width;
            var part = TIsa.Create(1f / input.Positions);
            for (var channel = first; channel < end; channel++)
            {
                var target = y.Pointer + channel * stride;
                for (nint sample = 0; sample < batch; sample += TIsa.Count)
                {
                    var source = x.Pointer + channel * height * width * stride + sample;
                    var sum = TIsa.Zero;
                    // Row by row: a sum of sums of that length rounds less than one long sum.
                    for (nint row = 0; row < height; row++)
                    {
                        var rowSum = TIsa.Zero;
                        for (nint column = 0; column < width; column++, source += stride) rowSum = TIsa.Add(rowSum, TIsa.Load(source));
                        sum = TIsa.Add(sum, rowSum);
                    }
                    TIsa.Store(target + sample, TIsa.Multiply(sum, part));
                }
            }
        }
    }

    private readonly struct BackwardPass(TensorShape input, ActivationMatrix dy, ActivationMatrix dx, long first, long end) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            nint stride = dx.Stride, batch = dx.Batch, positions = input.Positions;
            var part = TIsa.Create(1f / input.Positions);
            for (var channel = first; channel < end; channel++)
            {
                for (nint sample = 0; sample < batch; sample += TIsa.Count)
                {
                    var gradient = TIsa.Multiply(TIsa.Load(dy.Pointer + channel * stride + sample), part);
                    var target = dx.Pointer + channel * positions * stride + sample;
                    for (nint position = 0; position < positions; position++, target += stride) TIsa.Store(target, gradient);
                }
            }
        }
    }
}
