using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Compute;

namespace ActorSparse.Model.Tests.Operators.Convolution;

/// <summary>Random weights and a random batch for one shape, and the forward formula in double precision, pixel by pixel.</summary>
internal sealed class ConvolutionSample : IDisposable
{
    internal ConvolutionSample(ConvolutionShape shape, double density, int batch, int capacity, ulong seed = 1, int spareNeurons = 0)
    {
        var random = new RandomSource(seed).Stream("convolution");
        Shape = shape;
        (Weights, Biases) = SparseSamples.Layer(shape.Columns, shape.OutputChannels, density, random);
        Input = new(shape.InputNeurons + spareNeurons, capacity);
        InputDelta = new(shape.InputNeurons + spareNeurons, capacity);
        Output = new(shape.OutputNeurons + spareNeurons, capacity);
        Delta = new(shape.OutputNeurons + spareNeurons, capacity);
        Gradients = new(Weights.Topology.ConnectionCount);
        BiasGradients = new(shape.OutputChannels);
        foreach (var matrix in new[] { Input, Delta }) SparseSamples.FillBatch(matrix, batch, random);
        // What is there before is nobody's result.
        foreach (var matrix in new[] { Output, InputDelta }) SparseSamples.FillBatch(matrix, capacity, random);
    }

    internal ConvolutionShape Shape { get; }

    internal SparseBlock Weights { get; }

    internal DenseBlock Biases { get; }

    internal ActivationMatrix Input { get; }

    internal ActivationMatrix InputDelta { get; }

    internal ActivationMatrix Output { get; }

    internal ActivationMatrix Delta { get; }

    internal NativeBuffer<float> Gradients { get; }

    internal NativeBuffer<float> BiasGradients { get; }

    internal Topology Topology => Weights.Topology;

    internal string Name => $"{Shape}, batch {Input.Batch} of {Input.Capacity}";

    /// <summary>All passes, as a training step makes them.</summary>
    internal void RunAll(SparseConvolution convolution)
    {
        convolution.Forward(Weights, Biases, Input, Output);
        convolution.Backward(Weights, Input, Delta, InputDelta, Gradients);
        convolution.DifferentiateBiases(Delta, BiasGradients);
    }

    /// <summary>Every number that the passes gave.</summary>
    internal float[] Results() =>
        [.. All(Output), .. All(InputDelta), .. Gradients.Span, .. BiasGradients.Span];

    /// <summary>z of one output neuron and sample, with weights and inputs from elsewhere.</summary>
    internal double Evaluate(
        int channel, int y, int x, int sample, Func<int, double> weight, Func<int, int, double> input, Func<int, double> bias)
    {
        var sum = bias(channel);
        for (var position = Topology.RowStart(channel); position < Topology.RowStart(channel + 1L); position++)
        {
            if (Pixel(Column(position), y, x) is { } neuron) sum += weight(position) * input(neuron, sample);
        }
        return sum;
    }

    internal unsafe int Column(int position) => Topology.Columns[position];

    /// <summary>The input neuron that a column of the weights sees from an output position; null in the border.</summary>
    internal int? Pixel(int column, int outputY, int outputX)
    {
        var (kernel, padding) = (Shape.KernelSize, Shape.Padding);
        var (channel, dy, dx) = (column / (kernel * kernel), column / kernel % kernel, column % kernel);
        var (y, x) = (outputY * Shape.Stride + dy - padding, outputX * Shape.Stride + dx - padding);
        var isInside = y >= 0 && y < Shape.InputHeight && x >= 0 && x < Shape.InputWidth;
        return isInside ? (channel * Shape.InputHeight + y) * Shape.InputWidth + x : null;
    }

    public void Dispose()
    {
        foreach (var matrix in new[] { Input, InputDelta, Output, Delta }) matrix.Dispose();
        Weights.Dispose();
        Biases.Dispose();
        Gradients.Dispose();
        BiasGradients.Dispose();
    }

    private static unsafe float[] All(ActivationMatrix matrix) =>
        new Span<float>(matrix.Pointer, matrix.Neurons * matrix.Stride).ToArray();
}
