using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Pooling;

/// <summary>The mean of every window, for channels <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
internal readonly unsafe struct MeanPass(PoolWindows windows, ActivationMatrix x, ActivationMatrix y, long first, long end) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (input, output) = (windows.Input, windows.Output);
        nint stride = x.Stride, step = y.Stride, batch = x.Batch;
        var target = y.Pointer + first * output.Positions * step;
        var part = TIsa.Create(1f / ((float)windows.Size * windows.Size));
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
                        // Row by row, so that even the mean of a whole plane rounds a few times only.
                        var sum = TIsa.Zero;
                        for (nint inRow = top; inRow < bottom; inRow++)
                        {
                            var rowSum = TIsa.Zero;
                            for (nint inColumn = left; inColumn < right; inColumn++)
                                rowSum = TIsa.Add(rowSum, TIsa.Load(plane + (inRow * input.Width + inColumn) * stride + sample));
                            sum = TIsa.Add(sum, rowSum);
                        }
                        TIsa.Store(target + sample, TIsa.Multiply(sum, part));
                    }
                }
            }
        }
    }
}
