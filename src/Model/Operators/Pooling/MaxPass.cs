using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>The largest number of every window, for channels <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
internal readonly unsafe struct MaxPass(PoolWindows windows, ActivationMatrix x, ActivationMatrix y, long first, long end) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (input, output) = (windows.Input, windows.Output);
        nint stride = x.Stride, step = y.Stride, batch = x.Batch;
        var target = y.Pointer + first * output.Positions * step;
        for (var channel = first; channel < end; channel++)
        {
            var plane = x.Pointer + channel * input.Positions * stride;
            for (var row = 0; row < output.Height; row++)
            {
                var (top, bottom) = windows.Rows(row);
                for (var column = 0; column < output.Width; column++, target += step)
                {
                    var (left, right) = windows.Columns(column);
                    for (nint sample = 0; sample < batch; sample += TIsa.Count)
                    {
                        var largest = TIsa.Load(plane + (top * input.Width + left) * stride + sample);
                        for (nint inRow = top; inRow < bottom; inRow++)
                        {
                            for (nint inColumn = left; inColumn < right; inColumn++)
                                largest = TIsa.Max(largest, TIsa.Load(plane + (inRow * input.Width + inColumn) * stride + sample));
                        }
                        TIsa.Store(target + sample, largest);
                    }
                }
            }
        }
    }
}
