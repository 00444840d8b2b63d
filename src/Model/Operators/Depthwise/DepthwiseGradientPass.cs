using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Depthwise;

/// <summary>
/// The gradients of the connections of <paramref name="topology"/> and of the biases, if they are wanted, for channels
/// <paramref name="first"/> to <paramref name="end"/> - 1. Rows of the image are added in double precision.
/// </summary>
internal readonly unsafe struct DepthwiseGradientPass(
    KernelPlaces places, Topology topology, ActivationMatrix input, ActivationMatrix delta, NativeBuffer<float> gradients,
    NativeBuffer<float>? biasGradients, long first, long end) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        nint lanes = delta.Stride, row = places.Output.Width * lanes;
        for (var channel = first; channel < end; channel++)
        {
            var x = input.Pointer + channel * places.Input.Positions * lanes;
            var dz = delta.Pointer + channel * places.Output.Positions * lanes;
            for (var position = topology.RowStart(channel); position < topology.RowStart(channel + 1); position++)
                gradients[position] = (float)Product<TIsa, TVector>(topology.Columns[position], x, dz, lanes);
            if (biasGradients is null) continue;
            double sum = 0;
            for (var y = 0; y < places.Output.Height; y++) sum += Sum<TIsa, TVector>(dz + y * row, row);
            biasGradients[channel] = (float)sum;
        }
    }

    private double Product<TIsa, TVector>(int place, float* x, float* dz, nint lanes)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (dy, dx) = Math.DivRem(place, places.Kernel);
        var (start, stop, source) = places.Columns(dx);
        double sum = 0;
        for (var y = 0; y < places.Output.Height; y++)
        {
            var inputRow = places.Row(y, dy);
            if (inputRow < 0 || stop <= start) continue;
            var from = x + (inputRow * places.Input.Width + source) * lanes;
            var by = dz + (y * places.Output.Width + start) * lanes;
            if (places.Stride == 1)
            {
                sum += Dot<TIsa, TVector>(from, by, (stop - start) * lanes);
                continue;
            }
            for (nint column = 0; column < stop - start; column++)
                sum += Dot<TIsa, TVector>(from + column * places.Stride * lanes, by + column * lanes, lanes);
        }
        return sum;
    }

    private static double Dot<TIsa, TVector>(float* a, float* b, nint count) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        TVector sum0 = TIsa.Zero, sum1 = TIsa.Zero, sum2 = TIsa.Zero, sum3 = TIsa.Zero;
        nint index = 0, step = TIsa.Count;
        for (; index <= count - 4 * step; index += 4 * step)
        {
            sum0 = TIsa.MultiplyAdd(TIsa.Load(a + index), TIsa.Load(b + index), sum0);
            sum1 = TIsa.MultiplyAdd(TIsa.Load(a + index + step), TIsa.Load(b + index + step), sum1);
            sum2 = TIsa.MultiplyAdd(TIsa.Load(a + index + 2 * step), TIsa.Load(b + index + 2 * step), sum2);
            sum3 = TIsa.MultiplyAdd(TIsa.Load(a + index + 3 * step), TIsa.Load(b + index + 3 * step), sum3);
        }
        for (; index < count; index += step) sum0 = TIsa.MultiplyAdd(TIsa.Load(a + index), TIsa.Load(b + index), sum0);
        return Vector128.Sum(TIsa.Sums(sum0, sum1, sum2, sum3));
    }

    private static double Sum<TIsa, TVector>(float* a, nint count) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var sum = TIsa.Zero;
        for (nint index = 0; index < count; index += TIsa.Count) sum = TIsa.Add(sum, TIsa.Load(a + index));
        return TIsa.Sums(sum, TIsa.Zero, TIsa.Zero, TIsa.Zero).ToScalar();
    }
}
