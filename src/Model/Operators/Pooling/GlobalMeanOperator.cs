using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>Computes <see cref="GlobalMeanSpec"/>.</summary>
internal sealed unsafe class GlobalMeanOperator : Operator
{
    private readonly TensorShape _input;

    internal GlobalMeanOperator(TensorShape input) => _input = input;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var (inputs, outputs) = (pass.Inputs[0].PartsWith(pass.Output), pass.Output.PartsWith(pass.Inputs[0]));
        for (var part = 0; part < inputs.Count; part++)
        {
            var (x, y, kernels) = (inputs[part], outputs[part], pass.Kernels.ForStride(inputs[part].Stride));
            pass.Run((kernels, _input, x, y), _input.Channels, static (all, first, end) =>
                all.kernels.Dispatch(new ForwardPass(all._input, all.x, all.y, first, end)));
        }
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is not { } inputDelta) return;
        var (deltas, inputDeltas) = (pass.Delta.PartsWith(inputDelta), inputDelta.PartsWith(pass.Delta));
        for (var part = 0; part < deltas.Count; part++)
        {
            var (dy, dx, kernels) = (deltas[part], inputDeltas[part], pass.Kernels.ForStride(inputDeltas[part].Stride));
            pass.Run((kernels, _input, dy, dx), _input.Channels, static (all, first, end) =>
                all.kernels.Dispatch(new BackwardPass(all._input, all.dy, all.dx, first, end)));
        }
    }

    private readonly struct ForwardPass(TensorShape input, ActivationMatrix x, ActivationMatrix y, long first, long end) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            nint stride = x.Stride, step = y.Stride, batch = x.Batch, height = input.Height, width = input.Width;
            var part = TIsa.Create(1f / input.Positions);
            for (var channel = first; channel < end; channel++)
            {
                var target = y.Pointer + channel * step;
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
            nint stride = dx.Stride, step = dy.Stride, batch = dx.Batch, positions = input.Positions;
            var part = TIsa.Create(1f / input.Positions);
            for (var channel = first; channel < end; channel++)
            {
                for (nint sample = 0; sample < batch; sample += TIsa.Count)
                {
                    var gradient = TIsa.Multiply(TIsa.Load(dy.Pointer + channel * step + sample), part);
                    var target = dx.Pointer + channel * positions * stride + sample;
                    for (nint position = 0; position < positions; position++, target += stride) TIsa.Store(target, gradient);
                }
            }
        }
    }
}
