using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Kernels;

/// <content>Activation functions, dropout and sums over the batch.</content>
internal abstract unsafe partial class VectorKernels<TIsa, TVector>
{
    internal override void Activate(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, int first, int end)
    {
        if (kept is not null) DropoutMask.Fill(function.Dropout, kept, activations.Batch, first, end);
        var batch = activations.Batch;
        var padding = (batch + TIsa.Count - 1) / TIsa.Count * TIsa.Count - batch;
        var scale = TIsa.Create(function.Dropout.Scale);
        var negative = TIsa.Create(function.NegativeSlope * function.Dropout.Scale);
        for (long neuron = first; neuron < end; neuron++)
        {
            var row = activations.Pointer + neuron * activations.Stride;
            var positiveRow = positive is null ? null : positive.Row(neuron);
            var keptRow = kept is null ? null : kept.Row(neuron);
            for (var sample = 0; sample < batch; sample += TIsa.Count)
            {
                var z = TIsa.Load(row + sample);
                TVector value;
                if (function.NeedsSign)
                {
                    var signs = TIsa.PositiveBits(z);
                    if (positiveRow is not null) WriteBits(positiveRow, sample, signs);
                    value = TIsa.Multiply(z, TIsa.Select(signs, scale, negative));
                }
                else
                {
                    value = TIsa.Multiply(Evaluate(function.Kind, z), scale);
                }
                if (keptRow is not null) value = TIsa.Select(ReadBits(keptRow, sample), value, TIsa.Zero);
                TIsa.Store(row + sample, value);
            }
            new Span<float>(row + batch, padding).Clear();
        }
    }

    internal override void MultiplyByDerivative(
        in NeuronFunction function, ActivationMatrix activations, BitPlane? positive, BitPlane? kept, ActivationMatrix delta,
        int first, int end)
    {
        var (scale, unscale, one) = (TIsa.Create(function.Dropout.Scale), TIsa.Create(1 / function.Dropout.Scale), TIsa.Create(1));
        var negative = TIsa.Create(function.NegativeSlope * function.Dropout.Scale);
        for (long neuron = first; neuron < end; neuron++)
        {
            var values = activations.Pointer + neuron * activations.Stride;
            var gradients = delta.Pointer + neuron * delta.Stride;
            var positiveRow = positive is null ? null : positive.Row(neuron);
            var keptRow = kept is null ? null : kept.Row(neuron);
            for (var sample = 0; sample < activations.Batch; sample += TIsa.Count)
            {
                var derivative = scale;
                if (positiveRow is not null)
                {
                    derivative = TIsa.Select(ReadBits(positiveRow, sample), scale, negative);
                }
                else if (function.Kind != ActivationKind.Identity)
                {
                    var value = TIsa.Multiply(TIsa.Load(values + sample), unscale);
                    var slope = function.Kind == ActivationKind.Tanh
                        ? TIsa.MultiplyAdd(Negate(value), value, one)
                        : TIsa.MultiplyAdd(Negate(value), value, value);
                    derivative = TIsa.Multiply(slope, scale);
                }
                if (keptRow is not null) derivative = TIsa.Select(ReadBits(keptRow, sample), derivative, TIsa.Zero);
                TIsa.Store(gradients + sample, TIsa.Multiply(TIsa.Load(gradients + sample), derivative));
            }
        }
    }

    internal override void Softmax(ActivationMatrix logits, ActivationMatrix output, float* largest, float* sums)
    {
        for (var sample = 0; sample < logits.Batch; sample += TIsa.Count)
        {
            var (max, sum) = (TIsa.Create(float.NegativeInfinity), TIsa.Zero);
            for (long neuron = 0; neuron < logits.Neurons; neuron++)
                max = TIsa.Max(max, TIsa.Load(logits.Pointer + neuron * logits.Stride + sample));
            var shift = Negate(max);
            for (long neuron = 0; neuron < logits.Neurons; neuron++)
            {
                var exponential = TIsa.Exp(TIsa.Add(TIsa.Load(logits.Pointer + neuron * logits.Stride + sample), shift));
                TIsa.Store(output.Pointer + neuron * output.Stride + sample, exponential);
                sum = TIsa.Add(sum, exponential);
            }
            for (long neuron = 0; neuron < logits.Neurons; neuron++)
            {
                var target = output.Pointer + neuron * output.Stride + sample;
                TIsa.Store(target, TIsa.Divide(TIsa.Load(target), sum));
            }
            TIsa.Store(largest + sample, max);
            TIsa.Store(sums + sample, sum);
        }
    }

    internal override void SumSamples(ActivationMatrix delta, float* sums, int first, int end)
    {
        for (long neuron = first; neuron < end; neuron++)
        {
            var row = delta.Pointer + neuron * delta.Stride;
            var sum = TIsa.Zero;
            for (var sample = 0; sample < delta.Batch; sample += TIsa.Count) sum = TIsa.Add(sum, TIsa.Load(row + sample));
            sums[neuron] = TIsa.Sums(sum, TIsa.Zero, TIsa.Zero, TIsa.Zero)[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Evaluate(ActivationKind kind, TVector z) => kind switch
    {
        ActivationKind.Sigmoid => VectorMath.Sigmoid<TIsa, TVector>(z),
        ActivationKind.Tanh => VectorMath.Tanh<TIsa, TVector>(z),
        _ => z,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Negate(TVector vector) => VectorMath.Negate<TIsa, TVector>(vector);

    // Vectors of four share a byte; sample is a multiple of the vector's length.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteBits(byte* row, int sample, uint bits)
    {
        if (TIsa.Count == 16) *(ushort*)(row + sample / 8) = (ushort)bits;
        else if (TIsa.Count == 8 || sample % 8 == 0) row[sample / 8] = (byte)bits;
        else row[sample / 8] |= (byte)(bits << 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadBits(byte* row, int sample)
    {
        if (TIsa.Count == 16) return *(ushort*)(row + sample / 8);
        return TIsa.Count == 8 || sample % 8 == 0 ? row[sample / 8] : (uint)row[sample / 8] >> 4;
    }
}
