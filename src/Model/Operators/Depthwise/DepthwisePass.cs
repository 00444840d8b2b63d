using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Operators.Depthwise;

/// <summary>
/// The products of channels <paramref name="first"/> to <paramref name="end"/> - 1 with their kernels, row by row of the output: with
/// biases to it, or the other way, back to the gradient by the input.
/// </summary>
internal readonly unsafe struct DepthwisePass(
    KernelPlaces places, SparseBlock weights, DenseBlock? biases, ActivationMatrix input, ActivationMatrix output, bool isBackward,
    long first, long end) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        nint lanes = output.Stride, row = places.Output.Width * lanes;
        for (var channel = first; channel < end; channel++)
        {
            var x = input.Pointer + channel * places.Input.Positions * lanes;
            var z = output.Pointer + channel * places.Output.Positions * lanes;
            if (isBackward) Fill<TIsa, TVector>(x, places.Input.Positions * lanes, 0);
            for (var y = 0; y < places.Output.Height; y++)
            {
                if (!isBackward) Fill<TIsa, TVector>(z + y * row, row, biases is null ? 0 : biases.Values[channel]);
                for (var position = weights.Topology.RowStart(channel); position < weights.Topology.RowStart(channel + 1); position++)
                {
                    var (dy, dx) = Math.DivRem(weights.Topology.Columns[position], places.Kernel);
                    var inputRow = places.Row(y, dy);
                    var from = x + inputRow * places.Input.Width * lanes;
                    if (inputRow >= 0) AddRow<TIsa, TVector>(weights.Values[position], dx, from, z + y * row, lanes);
                }
            }
        }
    }

    private void AddRow<TIsa, TVector>(float weight, int dx, float* x, float* z, nint lanes)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var (start, stop, source) = places.Columns(dx);
        if (stop <= start) return;
        x += source * lanes;
        z += start * lanes;
        float* from = isBackward ? z : x, to = isBackward ? x : z;
        if (places.Stride == 1)
        {
            // Neighbours in the output are neighbours in the input: one long row.
            Add<TIsa, TVector>(weight, from, to, (stop - start) * lanes);
            return;
        }
        nint apart = places.Stride * lanes;
        for (nint column = 0; column < stop - start; column++)
            Add<TIsa, TVector>(weight, from + column * (isBackward ? lanes : apart), to + column * (isBackward ? apart : lanes), lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TIsa, TVector>(float weight, float* from, float* to, nint count)
        where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var factor = TIsa.Create(weight);
        for (nint index = 0; index < count; index += TIsa.Count)
            TIsa.Store(to + index, TIsa.MultiplyAdd(factor, TIsa.Load(from + index), TIsa.Load(to + index)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill<TIsa, TVector>(float* to, nint count, float value) where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        var all = TIsa.Create(value);
        for (nint index = 0; index < count; index += TIsa.Count) TIsa.Store(to + index, all);
    }
}
