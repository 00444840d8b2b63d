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
                var bias = pass.biases is null ? 0 : pass.biases.Values[row];
                for (var neuron = (long)row * positions; neuron < (row + 1L) * positions; neuron++) Fill(output, neuron, bias);
                for (long position = topology.RowStarts[row]; position < topology.RowStarts[row + 1L]; position++)
                {
                    foreach (var pair in new PixelPairs(shape, row, topology.Columns[position]))
                        AddTo(output, pair.Output, pass.weights.Values[position], pass.input, pair.Input);
                }
            }
        });

    internal override void Propagate(SparseBlock weights, ActivationMatrix delta, ActivationMatrix inputDelta, bool isAdded = false) =>
        team.Run((Kernels: this, weights, delta, inputDelta, isAdded), static (pass, member) =>
        {
            var (shape, topology, inputDelta) = (pass.Kernels.Shape, pass.weights.Topology, pass.inputDelta);
            var (first, end) = pass.Kernels.Share(shape.InputChannels, member);
            var (pixels, places) = (shape.InputHeight * shape.InputWidth, shape.KernelSize * shape.KernelSize);
            for (var neuron = (long)first * pixels; !pass.isAdded && neuron < (long)end * pixels; neuron++)
                Fill(inputDelta, neuron, 0);
            for (var row = 0; row < shape.OutputChannels; row++)
            {
                for (long position = topology.RowStarts[row]; position < topology.RowStarts[row + 1L]; position++)
                {
                    // Each thread walks all connections and takes those of its channels.
                    var column = topology.Columns[position];
                    if (column < first * places || column >= end * places) continue;
                    foreach (var pair in new PixelPairs(shape, row, column))
                        AddTo(inputDelta, pair.Input, pass.weights.Values[position], pass.delta, pair.Output);
                }
            }
        });

    internal override void Backward(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients,
        bool isAdded)
    {
        Propagate(weights, delta, inputDelta, isAdded);
        Differentiate(weights.Topology, input, delta, gradients);
    }

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
                        var (inputs, deltas) = (pass.input.PartsWith(pass.delta), pass.delta.PartsWith(pass.input));
                        for (var group = 0; group < inputs.Count; group++)
                        {
                            float* x = At(inputs[group], pair.Input), dz = At(deltas[group], pair.Output);
                            for (var sample = 0; sample < deltas[group].Batch; sample++) sum += x[sample] * dz[sample];
                        }
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
                foreach (var group in delta.PartsWith(delta))
                    for (var sample = 0; sample < group.Batch; sample++) sum += At(group, neuron)[sample];
            sums[channel] = sum;
        }
    }

    private ConvolutionShape Shape => shape;

    private (int First, int End) Share(int count, int member)
    {
        var (first, end) = team.Share(count, member);
        return ((int)first, (int)end);
    }

    private static float* At(ActivationMatrix matrix, long neuron) => matrix.Pointer + neuron * matrix.Stride;

    private static void Fill(ActivationMatrix matrix, long neuron, float value)
    {
        foreach (var group in matrix.PartsWith(matrix)) new Span<float>(At(group, neuron), group.Batch).Fill(value);
    }

    private static void AddTo(ActivationMatrix target, long neuron, float factor, ActivationMatrix source, long of)
    {
        var (targets, sources) = (target.PartsWith(source), source.PartsWith(target));
        for (var group = 0; group < targets.Count; group++)
        {
            float* to = At(targets[group], neuron), from = At(sources[group], of);
            for (var sample = 0; sample < targets[group].Batch; sample++) to[sample] += factor * from[sample];
        }
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
