using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <summary>The reference: the formulas in plain loops, for every processor and as the oracle of the vector variants.</summary>
internal unsafe class ScalarKernels : SparseKernels
{
    /// <inheritdoc/>
    public override string Name => "scalar";

    internal override void Dispatch<TPass>(in TPass pass) => pass.Run<IsaScalar, float>();

    internal override void Forward(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, bias = biases.Values.Pointer;
        float* x = input.Pointer, z = output.Pointer;
        long stride = input.Stride;
        var batch = input.Batch;
        for (long row = first; row < end; row++)
        {
            var target = z + row * output.Stride;
            new Span<float>(target, batch).Fill(bias[row]);
            for (var position = starts[row]; position < starts[row + 1]; position++)
            {
                AddTo(target, values[position], x + columns[position] * stride, batch);
            }
        }
    }

    internal override void Differentiate(
        Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients, int first, int end)
    {
        for (long row = first; row < end; row++)
        {
            var error = delta.Pointer + row * delta.Stride;
            for (long position = topology.RowStarts[row]; position < topology.RowStarts[row + 1]; position++)
                gradients[position] = Dot(input.Pointer + (long)topology.Columns[position] * input.Stride, error, delta.Batch);
        }
    }

    internal override void Propagate(
        SparseBlock weights, TransposedIndex index, ActivationMatrix delta, ActivationMatrix inputDelta, int first, int end)
    {
        for (long column = first; column < end; column++)
        {
            var target = inputDelta.Pointer + column * inputDelta.Stride;
            new Span<float>(target, delta.Batch).Clear();
            for (long entry = index.ColumnStarts[column]; entry < index.ColumnStarts[column + 1]; entry++)
                AddTo(target, weights.Values[index.Positions[entry]], delta.Pointer + (long)index.Rows[entry] * delta.Stride, delta.Batch);
        }
    }

    internal override void DifferentiateAndPropagate(
        SparseBlock weights, TransposedIndex index, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta,
        float* gradients, int first, int end)
    {
        for (long column = first; column < end; column++)
        {
            float* own = input.Pointer + column * input.Stride, target = inputDelta.Pointer + column * inputDelta.Stride;
            new Span<float>(target, delta.Batch).Clear();
            for (long entry = index.ColumnStarts[column]; entry < index.ColumnStarts[column + 1]; entry++)
            {
                var position = index.Positions[entry];
                var error = delta.Pointer + (long)index.Rows[entry] * delta.Stride;
                gradients[position] = Dot(own, error, delta.Batch);
                AddTo(target, weights.Values[position], error, delta.Batch);
            }
        }
    }

    internal override void DifferentiateAndPropagate(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients,
        int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        for (long column = first; column < end; column++)
            new Span<float>(inputDelta.Pointer + column * inputDelta.Stride, input.Batch).Clear();
        for (long row = 0; row < weights.Topology.OutputCount; row++)
        {
            var error = delta.Pointer + row * delta.Stride;
            for (long position = LowerBound(columns, starts[row], starts[row + 1], first);
                 position < starts[row + 1] && columns[position] < end; position++)
            {
                gradients[position] = Dot(input.Pointer + (long)columns[position] * input.Stride, error, input.Batch);
                AddTo(inputDelta.Pointer + (long)columns[position] * inputDelta.Stride, weights.Values[position], error, input.Batch);
            }
        }
    }

    internal override void Activate(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, int first, int end)
    {
        var scale = function.Dropout.Scale;
        for (long neuron = first; neuron < end; neuron++)
        {
            var row = activations.Pointer + neuron * activations.Stride;
            var positiveBits = positive is null ? null : positive.Row(neuron);
            var keptBits = kept is null ? null : kept.Row(neuron);
            for (var block = 0; block * 8 < activations.Batch; block++)
            {
                if (keptBits is not null) keptBits[block] = function.Dropout.KeptByte((int)neuron, block);
                byte signs = 0;
                for (var bit = 0; bit < 8 && block * 8 + bit < activations.Batch; bit++)
                {
                    var z = row[block * 8 + bit];
                    if (z > 0) signs |= (byte)(1 << bit);
                    var isKept = keptBits is null || (keptBits[block] >> bit & 1) != 0;
                    row[block * 8 + bit] = isKept ? function.Evaluate(z) * scale : 0;
                }
                if (positiveBits is not null) positiveBits[block] = signs;
            }
        }
    }

    internal override void MultiplyByDerivative(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, ActivationMatrix delta,
        int first, int end)
    {
        var scale = function.Dropout.Scale;
        for (long neuron = first; neuron < end; neuron++)
        {
            var row = activations.Pointer + neuron * activations.Stride;
            var gradient = delta.Pointer + neuron * delta.Stride;
            var positiveBits = positive is null ? null : positive.Row(neuron);
            var keptBits = kept is null ? null : kept.Row(neuron);
            for (var sample = 0; sample < activations.Batch; sample++)
            {
                var isPositive = positiveBits is not null && (positiveBits[sample >> 3] >> (sample & 7) & 1) != 0;
                var isKept = keptBits is null || (keptBits[sample >> 3] >> (sample & 7) & 1) != 0;
                gradient[sample] *= isKept ? function.Derivative(row[sample] / scale, isPositive) * scale : 0;
            }
        }
    }

    internal override void Softmax(ActivationMatrix logits, ActivationMatrix output, float* largest, float* sums)
    {
        for (var sample = 0; sample < logits.Batch; sample++)
        {
            (largest[sample], sums[sample]) = (float.NegativeInfinity, 0);
            for (long neuron = 0; neuron < logits.Neurons; neuron++)
                largest[sample] = MathF.Max(largest[sample], logits.Pointer[neuron * logits.Stride + sample]);
            for (long neuron = 0; neuron < logits.Neurons; neuron++)
            {
                var exponential = MathF.Exp(logits.Pointer[neuron * logits.Stride + sample] - largest[sample]);
                output.Pointer[neuron * output.Stride + sample] = exponential;
                sums[sample] += exponential;
            }
            for (long neuron = 0; neuron < logits.Neurons; neuron++) output.Pointer[neuron * output.Stride + sample] /= sums[sample];
        }
    }

    internal override void SumSamples(ActivationMatrix delta, float* sums, int first, int end)
    {
        for (long neuron = first; neuron < end; neuron++)
        {
            var sum = 0f;
            for (var sample = 0; sample < delta.Batch; sample++) sum += delta.Pointer[neuron * delta.Stride + sample];
            sums[neuron] = sum;
        }
    }

    internal override void Update(float* values, float* velocities, float* gradients, long count, in SgdStep step)
    {
        var momentum = step.Momentum * step.VelocityScale;
        for (long index = 0; index < count; index++)
        {
            var descent = step.LearningRate * gradients[index];
            var velocity = IsaScalar.FlushSubnormal(momentum * velocities[index] - descent);
            var move = step.Nesterov ? step.Momentum * velocity - descent : velocity;
            velocities[index] = velocity;
            values[index] = IsaScalar.FlushSubnormal(values[index] + (move - step.WeightDecay * values[index]));
        }
    }

    internal override void Update(
        float* values, float* velocities, float* secondMoments, float* gradients, long count, in AdamStep step)
    {
        for (long index = 0; index < count; index++)
        {
            var gradient = step.GradientScale * gradients[index];
            var mean = IsaScalar.FlushSubnormal(step.Beta1 * velocities[index] + (1 - step.Beta1) * gradient);
            var second = IsaScalar.FlushSubnormal(step.Beta2 * secondMoments[index] + (1 - step.Beta2) * gradient * gradient);
            velocities[index] = mean;
            secondMoments[index] = second;
            var move = step.Rate * mean / (MathF.Sqrt(second * step.SecondMomentScale) + step.Epsilon);
            values[index] = IsaScalar.FlushSubnormal(values[index] - (move + step.WeightDecay * values[index]));
        }
    }

    private static float Dot(float* left, float* right, int count)
    {
        var sum = 0f;
        for (var index = 0; index < count; index++) sum += left[index] * right[index];
        return sum;
    }

    private static void AddTo(float* target, float factor, float* source, int count)
    {
        for (var index = 0; index < count; index++) target[index] += factor * source[index];
    }
}
