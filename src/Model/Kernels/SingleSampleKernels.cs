using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// The products for one sample, which is how the widest networks are trained: the sums of <see cref="ScalarKernels"/> in the same order, without loops
/// over samples. A connection then is one jump in memory, so the activations of connections to come are asked for ahead.
/// </summary>
internal sealed unsafe class SingleSampleKernels(ScalarKernels reference) : ScalarKernels
{
    // Connections from the one at work to the one whose activations are asked for: enough for a jump to main memory (docs/performance.md).
    private const int PrefetchDistance = 32;

    internal override SparseKernels ForStride(int stride) => stride == 1 ? this : reference;

    internal override void Forward(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, bias = biases.Values.Pointer, x = input.Pointer, z = output.Pointer;
        nint last = weights.Topology.ConnectionCount - 1, position = starts[first];
        for (nint row = first; row < end; row++)
        {
            var sum = bias[row];
            for (nint rowEnd = starts[row + 1]; position < rowEnd; position++)
            {
                Prefetch(x + columns[Math.Min(position + PrefetchDistance, last)]);
                sum += values[position] * x[columns[position]];
            }
            z[row] = sum;
        }
    }

    internal override void Differentiate(
        Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients, int first, int end)
    {
        int* starts = topology.RowStarts, columns = topology.Columns;
        float* x = input.Pointer, dz = delta.Pointer;
        nint last = topology.ConnectionCount - 1, position = starts[first];
        for (nint row = first; row < end; row++)
        {
            var error = dz[row];
            for (nint rowEnd = starts[row + 1]; position < rowEnd; position++)
            {
                Prefetch(x + columns[Math.Min(position + PrefetchDistance, last)]);
                gradients[position] = x[columns[position]] * error;
            }
        }
    }

    internal override void DifferentiateAndPropagate(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients,
        int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, x = input.Pointer, dz = delta.Pointer, dx = inputDelta.Pointer;
        new Span<float>(dx + first, end - first).Clear();
        nint last = weights.Topology.ConnectionCount - 1, position = 0;
        for (nint row = 0; row < weights.Topology.OutputCount; row++)
        {
            var error = dz[row];
            for (nint rowEnd = starts[row + 1]; position < rowEnd; position++)
            {
                var ahead = columns[Math.Min(position + PrefetchDistance, last)];
                var column = columns[position];
                // Each thread walks all connections and takes those of its columns.
                if (column < first || column >= end) continue;
                Prefetch(x + ahead);
                Prefetch(dx + ahead);
                gradients[position] = x[column] * error;
                dx[column] += values[position] * error;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
