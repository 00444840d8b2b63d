using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>Mean and inverse standard deviation of each of up to 256 lanes over many rows.</summary>
internal readonly unsafe struct GroupStatisticsPass(float* x, int rows, int stride, int lanes, LaneStatistics statistics) : IVectorPass
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
    {
        float* source = x, means = statistics.Means, inverses = statistics.Inverses, memory = stackalloc float[LaneSums.Floats];
        var count = TIsa.Create(rows);
        var sums = new LaneSums(memory);
        for (nint row = 0; row < rows;)
        {
            for (var end = Math.Min(rows, row + LaneSums.RowsPerSum); row < end; row++, source += stride)
                for (nint lane = 0; lane < lanes; lane += TIsa.Count)
                    TIsa.Store(sums.Part + lane, TIsa.Add(TIsa.Load(sums.Part + lane), TIsa.Load(source + lane)));
            sums.Flush<TIsa, TVector>(lanes);
        }
        for (nint lane = 0; lane < lanes; lane += TIsa.Count)
            TIsa.Store(means + lane, TIsa.Divide(sums.Total<TIsa, TVector>(lane), count));
        source = x;
        sums.Clear();
        for (nint row = 0; row < rows;)
        {
            for (var end = Math.Min(rows, row + LaneSums.RowsPerSum); row < end; row++, source += stride)
            {
                for (nint lane = 0; lane < lanes; lane += TIsa.Count)
                {
                    var difference = TIsa.Subtract(TIsa.Load(source + lane), TIsa.Load(means + lane));
                    TIsa.Store(sums.Part + lane, TIsa.MultiplyAdd(difference, difference, TIsa.Load(sums.Part + lane)));
                }
            }
            sums.Flush<TIsa, TVector>(lanes);
        }
        var (one, epsilon) = (TIsa.Create(1), TIsa.Create((float)BatchNormSpec.Epsilon));
        for (nint lane = 0; lane < lanes; lane += TIsa.Count)
        {
            var variance = TIsa.Divide(sums.Total<TIsa, TVector>(lane), count);
            TIsa.Store(inverses + lane, TIsa.Divide(one, TIsa.Sqrt(TIsa.Add(variance, epsilon))));
        }
    }
}
