using System.Runtime.CompilerServices;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators.Positions;

/// <summary>Computes <see cref="PositionsSpec"/>.</summary>
internal sealed unsafe class PositionsOperator : Operator
{
    private const double Temperature = 10_000;

    private readonly NativeBuffer<float>? _fixed;

    internal PositionsOperator(TensorShape shape, bool isLearned) => _fixed = isLearned ? null : SineCosine(shape);

    /// <inheritdoc/>
    public override long Bytes => _fixed?.Bytes ?? 0;

    /// <inheritdoc/>
    public override void Forward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        var kernels = pass.Kernels.ForStride(pass.Output.Stride);
        pass.Run((kernels, input: pass.Inputs[0], pass.Output, embedding: _fixed ?? pass.Dense[0].Values), pass.Output.Neurons,
            static (all, first, end) =>
            {
                all.kernels.Dispatch(new AddPass(all.input, all.embedding.Pointer, all.Output, first, end));
                all.Output.ClearPadding(first, end);
            });
    }

    /// <inheritdoc/>
    public override void Backward(OperatorPass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (pass.InputDeltas[0] is { } target) Elementwise.Copy(pass, pass.Delta, target);
        if (_fixed is not null) return;
        var kernels = pass.Kernels.ForStride(pass.Delta.Stride);
        pass.Run((kernels, pass.Delta, gradients: pass.DenseGradients[0]), pass.Delta.Neurons, static (all, first, end) =>
            all.kernels.SumSamples(all.Delta, all.gradients.Pointer, (int)first, (int)end));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _fixed?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>What is added where nothing is learned, in the order of the input; the caller owns it.</summary>
    internal static NativeBuffer<float> SineCosine(TensorShape shape)
    {
        var embedding = new NativeBuffer<float>(shape.Count);
        var quarter = shape.Channels / 4;
        for (long channel = 0; channel < shape.Channels; channel++)
        {
            var (part, index) = Math.DivRem((int)channel, quarter);
            var frequency = quarter == 1 ? 1 : Math.Pow(Temperature, -index / (quarter - 1.0));
            for (var y = 0; y < shape.Height; y++)
            {
                for (var x = 0; x < shape.Width; x++)
                {
                    var angle = frequency * (part < 2 ? x : y);
                    embedding[channel * shape.Positions + y * shape.Width + x] = (float)(part % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
                }
            }
        }
        return embedding;
    }

    private readonly struct AddPass(ActivationMatrix input, float* embedding, ActivationMatrix output, long first, long end) : IVectorPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TIsa, TVector>() where TIsa : struct, IVectorIsa<TVector> where TVector : struct
        {
            nint batch = input.Batch, stride = input.Stride;
            for (var neuron = first; neuron < end; neuron++)
            {
                float* source = input.Pointer + neuron * stride, target = output.Pointer + neuron * stride;
                var shift = TIsa.Create(embedding[neuron]);
                for (nint sample = 0; sample < batch; sample += TIsa.Count)
                    TIsa.Store(target + sample, TIsa.Add(TIsa.Load(source + sample), shift));
            }
        }
    }
}
