using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// dx = inverse * (scale * dy - shared - (x - mean) * leaning), for a plane of each of some channels; lanes after those that count
/// become 0. Shared and leaning, the parts of the gradient that the mean and the variance take, are arrays as those of the statistics.
/// </summary>
internal readonly unsafe struct NormaliseGradientPass(
    Plane plane, int channels, float* dy, float* x, float* dx, LaneStatistics statistics, float* shared, float* leaning, float* scales)
    : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        float* gradient = dy, source = x, target = dx, means = statistics.Means, inverses = statistics.Inverses;
        float* constant = shared, slope = leaning;
        var step = statistics.Step;
        nint count = plane.Count, padding = (count + TIsa.Count - 1) / TIsa.Count * TIsa.Count - count;
        for (var channel = 0; channel < channels; channel++)
        {
            var scale = TIsa.Create(scales[channel]);
            for (var row = 0; row < plane.Rows; row++, gradient += plane.Stride, source += plane.Stride, target += plane.Stride)
            {
                for (nint lane = 0; lane < count; lane += TIsa.Count)
                {
                    var difference = TIsa.Subtract(TIsa.Load(means + lane * step), TIsa.Load(source + lane));
                    var rest = TIsa.Subtract(TIsa.Multiply(scale, TIsa.Load(gradient + lane)), TIsa.Load(constant + lane * step));
                    rest = TIsa.MultiplyAdd(difference, TIsa.Load(slope + lane * step), rest);
                    TIsa.Store(target + lane, TIsa.Multiply(rest, TIsa.Load(inverses + lane * step)));
                }
                for (nint lane = 0; lane < padding; lane++) target[count + lane] = 0;
            }
        }
    }
}
