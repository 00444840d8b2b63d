using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// The kernels for one sample, which is how the widest networks are trained and how a lone sample is predicted. Without loops over samples a
/// connection is one jump in memory. A forward pass gives the bits that the vector kernels give for the same sample in any batch: the same
/// operations in the same order.
/// </summary>
internal sealed unsafe partial class SingleSampleKernels(ScalarKernels reference) : ScalarKernels
{
    // Connections from the one at work to the one whose activations are asked for: enough for a jump to main memory (docs/performance.md).
    private const int PrefetchDistance = 32;

    // Inputs that stay in a second-level cache: to ask for them ahead costs more than it gains.
    private const int CachedInputsMax = 1 << 17;

    internal override SparseKernels ForStride(int stride) => stride == 1 ? this : reference;

    internal override void Forward(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end)
    {
        if (input.Neurons <= CachedInputsMax) ForwardCached(weights, biases, input, output, first, end);
        else ForwardAhead(weights, biases, input, output, first, end);
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

    internal override void Activate(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, int first, int end)
    {
        if (positive is not null || kept is not null)
        {
            base.Activate(function, activations, positive, kept, first, end);
            return;
        }
        nint neuron = first;
        for (var z = activations.Pointer; neuron + Isa128.Count <= end; neuron += Isa128.Count)
            Isa128.Store(z + neuron, Evaluate(function, Isa128.Load(z + neuron)));
        for (var z = activations.Pointer; neuron < end; neuron++) z[neuron] = Evaluate(function, Isa128.Create(z[neuron])).ToScalar();
    }

    internal override void Softmax(ActivationMatrix logits, ActivationMatrix output, float* largest, float* sums)
    {
        float* z = logits.Pointer, probabilities = output.Pointer;
        var (max, sum) = (float.NegativeInfinity, 0f);
        for (nint neuron = 0; neuron < logits.Neurons; neuron++) max = MathF.Max(max, z[neuron]);
        for (nint neuron = 0; neuron < logits.Neurons; neuron++)
        {
            probabilities[neuron] = Isa128.Exp(Isa128.Create(z[neuron] - max)).ToScalar();
            sum += probabilities[neuron];
        }
        for (nint neuron = 0; neuron < logits.Neurons; neuron++) probabilities[neuron] /= sum;
        (*largest, *sums) = (max, sum);
    }

    // Four rows at a time: a sum waits for its last addition, and the next row would wait for the end of this one, which no processor can
    // foresee. Rows have nearly the same length, so that little is left of them.
    private static void ForwardCached(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, bias = biases.Values.Pointer, x = input.Pointer, z = output.Pointer;
        nint row = first;
        for (; row + 4 <= end; row += 4)
        {
            nint start0 = starts[row], start1 = starts[row + 1], start2 = starts[row + 2], start3 = starts[row + 3], end3 = starts[row + 4];
            var common = Math.Min(Math.Min(start1 - start0, start2 - start1), Math.Min(start3 - start2, end3 - start3));
            float sum0 = bias[row], sum1 = bias[row + 1], sum2 = bias[row + 2], sum3 = bias[row + 3];
            float* values0 = values + start0, values1 = values + start1, values2 = values + start2, values3 = values + start3;
            int* columns0 = columns + start0, columns1 = columns + start1, columns2 = columns + start2, columns3 = columns + start3;
            for (nint index = 0; index < common; index++)
            {
                sum0 = float.MultiplyAddEstimate(values0[index], x[columns0[index]], sum0);
                sum1 = float.MultiplyAddEstimate(values1[index], x[columns1[index]], sum1);
                sum2 = float.MultiplyAddEstimate(values2[index], x[columns2[index]], sum2);
                sum3 = float.MultiplyAddEstimate(values3[index], x[columns3[index]], sum3);
            }
            z[row] = AddProducts(sum0, values, columns, x, start0 + common, start1);
            z[row + 1] = AddProducts(sum1, values, columns, x, start1 + common, start2);
            z[row + 2] = AddProducts(sum2, values, columns, x, start2 + common, start3);
            z[row + 3] = AddProducts(sum3, values, columns, x, start3 + common, end3);
        }
        for (; row < end; row++) z[row] = AddProducts(bias[row], values, columns, x, starts[row], starts[row + 1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float AddProducts(float sum, float* values, int* columns, float* x, nint position, nint end)
    {
        for (; position < end; position++) sum = float.MultiplyAddEstimate(values[position], x[columns[position]], sum);
        return sum;
    }

    private static void ForwardAhead(
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
                sum = float.MultiplyAddEstimate(values[position], x[columns[position]], sum);
            }
            z[row] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Evaluate(in NeuronFunction function, Vector128<float> z) => function.Kind switch
    {
        ActivationKind.Sigmoid => VectorMath.Sigmoid<Isa128, Vector128<float>>(z),
        ActivationKind.Tanh => VectorMath.Tanh<Isa128, Vector128<float>>(z),
        ActivationKind.Identity => z,
        _ => Isa128.Multiply(z, Isa128.Select(Isa128.PositiveBits(z), Vector128<float>.One, Isa128.Create(function.NegativeSlope))),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
