using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Operators.Convolution;

/// <summary>
/// The reference: the formulas in plain loops, for every processor, the smallest batches and as the oracle of the vector variants.
/// </summary>
internal sealed unsafe class ScalarConvolution(ConvolutionShape shape, ThreadTeam team) : ConvolutionKernels
{
    internal override long Bytes => 0;

    internal override void Forward(SparseBlock weights, DenseBlock? biases, ActivationMatrix input, ActivationMatrix output) =>
        team.Run((Kernels: this, weights, biases, input, output), static (pass, member) =>
        {
            var (shape, topology, output) = (pass.Kernels.Shape, pass.weights.Topology, pass.output);
            var (first, end) = pass.Kernels.Share(shape.OutputChannels, member);
            var positions = shape.OutputHeight * shape.OutputWidth;
            for (var row = first; row < end; row++)
            {
                for (long neuron = (long)row * positions; neuron < (row + 1L) * positions; neuron++)
                {
                    var samples = new Span<float>(output.Pointer + neuron * output.Stride, output.Stride);
                    samples.Clear();
                    if (pass.biases is not null) samples[..output.Batch].Fill(pass.biases.Values[row]);
                }
                for (long position = topology.RowStarts[row]; position < topology.RowStarts[row + 1L]; position++)
                {
                    foreach (var pair in new PixelPairs(shape, row, topology.Columns[position]))
                        AddTo(
                            output.Pointer + pair.Output * output.Stride, pass.weights.Values[position],
                            pass.input.Pointer + pair.Input * pass.input.Stride, output.Batch);
                }
            }
        });

    internal override void Propagate(SparseBlock weights, ActivationMatrix delta, ActivationMatrix inputDelta) =>
        team.Run((Kernels: this, weights, delta, inputDelta), static (pass, member) =>
        {
            var (shape, topology, inputDelta) = (pass.Kernels.Shape, pass.weights.Topology, pass.inputDelta);
            var (first, end) = pass.Kernels.Share(shape.InputChannels, member);
            var (pixels, places) = (shape.InputHeight * shape.InputWidth, shape.KernelSize * shape.KernelSize);
            for (var neuron = (long)first * pixels; neuron < (long)end * pixels; neuron++)
                new Span<float>(inputDelta.Pointer + neuron * inputDelta.Stride, inputDelta.Stride).Clear();
            for (var row = 0; row < shape.OutputChannels; row++)
            {
                for (long position = topology.RowStarts[row]; position < topology.RowStarts[row + 1L]; position++)
                {
                    // Each thread walks all connections and takes those of its channels.
                    var column = topology.Columns[position];
                    if (column < first * places || column >= end * places) continue;
                    foreach (var pair in new PixelPairs(shape, row, column))
                        AddTo(
                            inputDelta.Pointer + pair.Input * inputDelta.Stride, pass.weights.Values[position],
                            pass.delta.Pointer + pair.Output * pass.delta.Stride, inputDelta.Batch);
                }
            }
        });

    internal override void Differentiate(Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients) =>
        team.Run((Kernels: this, topology, input, delta, Gradients: (nint)gradients), static (pass, member) =>
        {
            var (first, end) = pass.Kernels.Share(pass.Kernels.Shape.OutputChannels, member);
            for (var row = first; row < end; row++)
            {
                for (long position = pass.topology.RowStarts[row]; position < pass.topology.RowStarts[row + 1L]; position++)
                {
                    var sum = 0f;
                    foreach (var pair in new PixelPairs(pass.Kernels.Shape, row, pass.topology.Columns[position]))
                    {
                        var x = pass.input.Pointer + pair.Input * pass.input.Stride;
                        var dz = pass.delta.Pointer + pair.Output * pass.delta.Stride;
                        for (var sample = 0; sample < pass.delta.Batch; sample++) sum += x[sample] * dz[sample];
                    }
                    ((float*)pass.Gradients)[position] = sum;
                }
            }
        });

    internal override void SumChannels(ActivationMatrix delta, float* sums, int first, int end)
    {
        long positions = (long)shape.OutputHeight * shape.OutputWidth;
        for (var channel = first; channel < end; channel++)
        {
            var sum = 0f;
            for (var neuron = channel * positions; neuron < (channel + 1) * positions; neuron++)
                for (var sample = 0; sample < delta.Batch; sample++) sum += delta.Pointer[neuron * delta.Stride + sample];
            sums[channel] = sum;
        }
    }

    private ConvolutionShape Shape => shape;

    private (int First, int End) Share(int count, int member) =>
        ((int)((long)count * member / team.Size), (int)((long)count * (member + 1) / team.Size));

    private static void AddTo(float* target, float factor, float* source, int count)
    {
        for (var index = 0; index < count; index++) target[index] += factor * source[index];
    }

    // The input and output neurons that one connection joins, without those in the border: row by row.
    private ref struct PixelPairs
    {
        private readonly ConvolutionShape _shape;
        private readonly int _dy, _dx;
        private readonly long _inputChannel, _outputChannel;
        private int _y, _x;

        internal PixelPairs(ConvolutionShape shape, int row, int column)
        {
            var (channel, place) = Math.DivRem(column, shape.KernelSize * shape.KernelSize);
            (_dy, _dx) = Math.DivRem(place, shape.KernelSize);
            (_shape, _inputChannel, _outputChannel, _x) = (shape, channel, row, -1);
            Current = default;
        }

        public (long Input, long Output) Current { get; private set; }

        public readonly PixelPairs GetEnumerator() => this;

        public bool MoveNext()
        {
            while (true)
            {
                if (++_x == _shape.OutputWidth) (_x, _y) = (0, _y + 1);
                if (_y == _shape.OutputHeight) return false;
                var (y, x) = (_y * _shape.Stride + _dy - _shape.Padding, _x * _shape.Stride + _dx - _shape.Padding);
                if ((uint)y >= (uint)_shape.InputHeight || (uint)x >= (uint)_shape.InputWidth) continue;
                Current = ((_inputChannel * _shape.InputHeight + y) * _shape.InputWidth + x,
                    (_outputChannel * _shape.OutputHeight + _y) * _shape.OutputWidth + _x);
                return true;
            }
        }
    }
}
