using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// What <see cref="NormaliseGradientPass"/> needs of each of up to 256 lanes: the means over a group of g = scale * dy and of
/// g * normalised x, the latter times the inverse standard deviation. And for each channel of the group two sums over the lanes, of dy and
/// of dy * normalised x, which are added to <paramref name="channelSums"/>.
/// </summary>
internal readonly unsafe struct GroupGradientPass(
    Plane plane, int channels, float* dy, float* x, LaneStatistics statistics, float* scales, float* shared, float* leaning,
    double* channelSums) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        float* gradient = dy, source = x, means = statistics.Means, inverses = statistics.Inverses;
        float* memory = stackalloc float[2 * LaneSums.Floats];
        LaneSums sums = new(memory), products = new(memory + LaneSums.Floats);
        int lanes = plane.Count, rows = plane.Rows, added = 0;
        for (nint channel = 0; channel < channels; channel++)
        {
            var scale = TIsa.Create(scales[channel]);
            var (sum, product) = (TIsa.Zero, TIsa.Zero);
            for (nint row = 0; row < rows; row++, gradient += plane.Stride, source += plane.Stride)
            {
                for (nint lane = 0; lane < lanes; lane += TIsa.Count)
                {
                    var vector = TIsa.Load(gradient + lane);
                    var scaled = TIsa.Multiply(scale, vector);
                    var difference = TIsa.Subtract(TIsa.Load(source + lane), TIsa.Load(means + lane));
                    TIsa.Store(sums.Part + lane, TIsa.Add(scaled, TIsa.Load(sums.Part + lane)));
                    TIsa.Store(products.Part + lane, TIsa.MultiplyAdd(scaled, difference, TIsa.Load(products.Part + lane)));
                    sum = TIsa.Add(sum, vector);
                    product = TIsa.MultiplyAdd(TIsa.Multiply(difference, TIsa.Load(inverses + lane)), vector, product);
                }
                if (++added % LaneSums.RowsPerSum != 0 && row + 1 < rows) continue;
                var both = TIsa.Sums(sum, product, TIsa.Zero, TIsa.Zero);
                channelSums[2 * channel] += both[0];
                channelSums[2 * channel + 1] += both[1];
                sum = product = TIsa.Zero;
                if (added % LaneSums.RowsPerSum != 0) continue;
                sums.Flush<TIsa, TVector>(lanes);
                products.Flush<TIsa, TVector>(lanes);
            }
        }
        sums.Flush<TIsa, TVector>(lanes);
        products.Flush<TIsa, TVector>(lanes);
        var count = TIsa.Create((float)channels * rows);
        for (nint lane = 0; lane < lanes; lane += TIsa.Count)
        {
            var inverse = TIsa.Load(inverses + lane);
            TIsa.Store(shared + lane, TIsa.Divide(sums.Total<TIsa, TVector>(lane), count));
            var slope = TIsa.Divide(products.Total<TIsa, TVector>(lane), count);
            TIsa.Store(leaning + lane, TIsa.Multiply(slope, TIsa.Multiply(inverse, inverse)));
        }
    }
}
