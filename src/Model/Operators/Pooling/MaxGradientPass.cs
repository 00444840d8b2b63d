using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>
/// Adds the gradient by every window's largest number to where it is, or the first of them; <paramref name="dx"/> was cleared.
/// </summary>
internal readonly unsafe struct MaxGradientPass(
    PoolWindows windows, ActivationMatrix x, ActivationMatrix y, ActivationMatrix dy, ActivationMatrix dx, long first, long end)
    : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (input, output) = (windows.Input, windows.Output);
        nint stride = x.Stride, step = y.Stride, batch = x.Batch;
        var from = first * output.Positions * step;
        for (var channel = first; channel < end; channel++)
        {
            var plane = channel * input.Positions * stride;
            for (var row = 0; row < output.Height; row++)
            {
                var (top, bottom) = windows.Rows(row);
                for (var column = 0; column < output.Width; column++, from += step)
                {
                    var (left, right) = windows.Columns(column);
                    for (nint sample = 0; sample < batch; sample += TIsa.Count)
                    {
                        var largest = TIsa.Load(y.Pointer + from + sample);
                        var gradient = TIsa.Load(dy.Pointer + from + sample);
                        var open = uint.MaxValue;
                        for (nint inRow = top; inRow < bottom; inRow++)
                        {
                            for (nint inColumn = left; inColumn < right; inColumn++)
                            {
                                var place = plane + (inRow * input.Width + inColumn) * stride + sample;
                                var less = TIsa.PositiveBits(TIsa.Subtract(largest, TIsa.Load(x.Pointer + place)));
                                var old = TIsa.Load(dx.Pointer + place);
                                TIsa.Store(dx.Pointer + place, TIsa.Add(old, TIsa.Select(open & ~less, gradient, TIsa.Zero)));
                                open &= less;
                            }
                        }
                    }
                }
            }
        }
    }
}
