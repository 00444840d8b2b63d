using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;

namespace ActorSparse.Model.Operators.Normalization;

/// <summary>
/// Sums over a plane. A few vectors are added as they are and those sums in double precision, in an order that depends on the shape alone.
/// </summary>
internal static unsafe class PlaneSums
{
    private const int VectorsPerSum = 64;

    /// <summary>The sum of all x; lanes that do not count must be 0.</summary>
    internal static double Sum(SparseKernels kernels, Plane plane, float* x)
    {
        double sum;
        kernels.Dispatch(new SumPass(plane, x, &sum));
        return sum;
    }

    /// <summary>The sum of all (x - mean)^2.</summary>
    internal static double Squares(SparseKernels kernels, Plane plane, float* x, float mean)
    {
        double sum;
        kernels.Dispatch(new SquaresPass(plane, x, mean, &sum));
        return sum;
    }

    /// <summary>The sums of all dy and of all dy times normalised x; dy of lanes that do not count must be 0.</summary>
    internal static (double Gradients, double Products) Products(
        SparseKernels kernels, Plane plane, float* dy, float* x, in LaneStatistics statistics)
    {
        var sums = stackalloc double[2];
        kernels.Dispatch(new ProductsPass(plane, dy, x, statistics, sums));
        return (sums[0], sums[1]);
    }

    private readonly struct SumPass(Plane plane, float* x, double* result) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var total = 0.0;
            var source = x;
            for (var row = 0; row < plane.Rows; row++, source += plane.Stride)
            {
                for (nint lane = 0; lane < plane.Count;)
                {
                    var end = Math.Min(plane.Count, lane + VectorsPerSum * TIsa.Count);
                    var sum = TIsa.Zero;
                    for (; lane < end; lane += TIsa.Count) sum = TIsa.Add(sum, TIsa.Load(source + lane));
                    total += VectorMath.Sum<TIsa, TVector>(sum);
                }
            }
            *result = total;
        }
    }

    private readonly struct SquaresPass(Plane plane, float* x, float mean, double* result) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var total = 0.0;
            var source = x;
            var center = TIsa.Create(mean);
            for (var row = 0; row < plane.Rows; row++, source += plane.Stride)
            {
                for (nint lane = 0; lane < plane.Count;)
                {
                    var end = Math.Min(plane.Count, lane + VectorsPerSum * TIsa.Count);
                    var sum = TIsa.Zero;
                    for (; lane < end; lane += TIsa.Count)
                    {
                        var difference = TIsa.Subtract(TIsa.Load(source + lane), center);
                        if (lane + TIsa.Count > plane.Count)
                            difference = TIsa.Select((1u << (int)(plane.Count - lane)) - 1, difference, TIsa.Zero);
                        sum = TIsa.MultiplyAdd(difference, difference, sum);
                    }
                    total += VectorMath.Sum<TIsa, TVector>(sum);
                }
            }
            *result = total;
        }
    }

    private readonly struct ProductsPass(Plane plane, float* dy, float* x, LaneStatistics statistics, double* results) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            var (gradients, products) = (0.0, 0.0);
            float* gradient = dy, source = x, means = statistics.Means, inverses = statistics.Inverses;
            var step = statistics.Step;
            for (var row = 0; row < plane.Rows; row++, gradient += plane.Stride, source += plane.Stride)
            {
                for (nint lane = 0; lane < plane.Count;)
                {
                    var end = Math.Min(plane.Count, lane + VectorsPerSum * TIsa.Count);
                    var (sum, productSum) = (TIsa.Zero, TIsa.Zero);
                    for (; lane < end; lane += TIsa.Count)
                    {
                        var vector = TIsa.Load(gradient + lane);
                        var difference = TIsa.Subtract(TIsa.Load(source + lane), TIsa.Load(means + lane * step));
                        sum = TIsa.Add(sum, vector);
                        productSum = TIsa.MultiplyAdd(TIsa.Multiply(difference, TIsa.Load(inverses + lane * step)), vector, productSum);
                    }
                    gradients += VectorMath.Sum<TIsa, TVector>(sum);
                    products += VectorMath.Sum<TIsa, TVector>(productSum);
                }
            }
            (results[0], results[1]) = (gradients, products);
        }
    }
}
