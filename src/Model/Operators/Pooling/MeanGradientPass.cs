using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>Adds the gradient by every window's mean to all of the window; <paramref name="dx"/> was cleared.</summary>
internal readonly unsafe struct MeanGradientPass(
    PoolWindows windows, ActivationMatrix dy, ActivationMatrix dx, long first, long end) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (input, output) = (windows.Input, windows.Output);
        nint stride = dx.Stride, step = dy.Stride, batch = dx.Batch;
        var source = dy.Pointer + first * output.Positions * step;
        var part = TIsa.Create(1f / ((float)windows.Size * windows.Size));
        for (var channel = first; channel < end; channel++)
        {
            var plane = dx.Pointer + channel * input.Positions * stride;
            for (var row = 0; row < output.Height; row++)
            {
                var (top, bottom) = windows.Rows(row);
                for (var column = 0; column < output.Width; column++, source += step)
                {
                    var (left, right) = windows.Columns(column);
                    for (nint sample = 0; sample < batch; sample += TIsa.Count)
                    {
                        var gradient = TIsa.Multiply(TIsa.Load(source + sample), part);
                        for (nint inRow = top; inRow < bottom; inRow++)
                        {
                            for (nint inColumn = left; inColumn < right; inColumn++)
                            {
                                var place = plane + (inRow * input.Width + inColumn) * stride + sample;
                                TIsa.Store(place, TIsa.Add(TIsa.Load(place), gradient));
                            }
                        }
                    }
                }
            }
        }
    }
}
