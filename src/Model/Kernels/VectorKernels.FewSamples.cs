using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Kernels;

/// <content>The forward product for no more samples than one vector has.</content>
internal abstract unsafe partial class VectorKernels<TIsa, TVector>
{
    /// <summary>
    /// As the pass over tiles, in its order of sums, but four rows at a time: with one vector a row its sum would wait for every addition,
    /// and the next row for the end of this one, which no processor can foresee. Rows have nearly the same length.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardFew(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, bias = biases.Values.Pointer, x = input.Pointer, z = output.Pointer;
        nint stride = input.Stride, outputStride = output.Stride, row = first;
        for (; row + 4 <= end; row += 4)
        {
            nint start0 = starts[row], start1 = starts[row + 1], start2 = starts[row + 2], start3 = starts[row + 3], end3 = starts[row + 4];
            var common = Math.Min(Math.Min(start1 - start0, start2 - start1), Math.Min(start3 - start2, end3 - start3));
            TVector sum0 = TIsa.Create(bias[row]), sum1 = TIsa.Create(bias[row + 1]);
            TVector sum2 = TIsa.Create(bias[row + 2]), sum3 = TIsa.Create(bias[row + 3]);
            float* values0 = values + start0, values1 = values + start1, values2 = values + start2, values3 = values + start3;
            int* columns0 = columns + start0, columns1 = columns + start1, columns2 = columns + start2, columns3 = columns + start3;
            for (nint index = 0; index < common; index++)
            {
                sum0 = TIsa.MultiplyAdd(TIsa.Create(values0[index]), TIsa.Load(x + columns0[index] * stride), sum0);
                sum1 = TIsa.MultiplyAdd(TIsa.Create(values1[index]), TIsa.Load(x + columns1[index] * stride), sum1);
                sum2 = TIsa.MultiplyAdd(TIsa.Create(values2[index]), TIsa.Load(x + columns2[index] * stride), sum2);
                sum3 = TIsa.MultiplyAdd(TIsa.Create(values3[index]), TIsa.Load(x + columns3[index] * stride), sum3);
            }
            TIsa.Store(z + row * outputStride, AddProducts(sum0, values, columns, x, stride, start0 + common, start1));
            TIsa.Store(z + (row + 1) * outputStride, AddProducts(sum1, values, columns, x, stride, start1 + common, start2));
            TIsa.Store(z + (row + 2) * outputStride, AddProducts(sum2, values, columns, x, stride, start2 + common, start3));
            TIsa.Store(z + (row + 3) * outputStride, AddProducts(sum3, values, columns, x, stride, start3 + common, end3));
        }
        for (; row < end; row++)
            TIsa.Store(z + row * outputStride, AddProducts(TIsa.Create(bias[row]), values, columns, x, stride, starts[row], starts[row + 1]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddProducts(TVector sum, float* values, int* columns, float* x, nint stride, nint position, nint end)
    {
        for (; position < end; position++)
            sum = TIsa.MultiplyAdd(TIsa.Create(values[position]), TIsa.Load(x + columns[position] * stride), sum);
        return sum;
    }
}
