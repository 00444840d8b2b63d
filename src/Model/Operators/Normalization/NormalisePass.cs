using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// y = (x - mean) * inverse * scale + shift, for a plane of each of some channels; lanes after those that count become 0.
/// </summary>
internal readonly unsafe struct NormalisePass(
    Plane plane, int channels, float* x, float* y, LaneStatistics statistics, float* scales, float* shifts) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        float* source = x, target = y, means = statistics.Means, inverses = statistics.Inverses;
        var step = statistics.Step;
        nint count = plane.Count, padding = (count + TIsa.Count - 1) / TIsa.Count * TIsa.Count - count;
        for (var channel = 0; channel < channels; channel++)
        {
            var (scale, shift) = (TIsa.Create(scales[channel]), TIsa.Create(shifts[channel]));
            for (var row = 0; row < plane.Rows; row++, source += plane.Stride, target += plane.Stride)
            {
                for (nint lane = 0; lane < count; lane += TIsa.Count)
                {
                    var difference = TIsa.Subtract(TIsa.Load(source + lane), TIsa.Load(means + lane * step));
                    var normal = TIsa.Multiply(difference, TIsa.Load(inverses + lane * step));
                    TIsa.Store(target + lane, TIsa.MultiplyAdd(normal, scale, shift));
                }
                for (nint lane = 0; lane < padding; lane++) target[count + lane] = 0;
            }
        }
    }
}
