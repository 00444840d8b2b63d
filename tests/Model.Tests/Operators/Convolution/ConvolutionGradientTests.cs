using ActorSparse.Model.Kernels;
using ActorSparse.Model.Operators.Convolution;

namespace ActorSparse.Model.Tests.Operators.Convolution;

/// <summary>Forward against the formula in double precision, gradients against differences of that formula.</summary>
public sealed class ConvolutionGradientTests
{
    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (var kernels in SparseKernels.Available)
            foreach (var kernel in new[] { 1, 3, 5 })
                foreach (var stride in new[] { 1, 2 })
                    foreach (var padding in new[] { 0, 1, 2 })
                        cases.Add(kernels.Name, kernel, stride, padding);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_passes_give_the_formula_and_its_differences(string kernels, int kernel, int stride, int padding)
    {
        foreach (var (height, width, batch, capacity) in new[] { (5, 7, 1, 1), (9, 5, 3, 40), (5, 7, 17, 19) })
        {
            var shape = new ConvolutionShape(3, height, width, 2, kernel, stride, padding);
            using var sample = new ConvolutionSample(shape, 0.4, batch, capacity);
            using var convolution = new SparseConvolution(shape, capacity, SparseKernels.Named(kernels));
            sample.RunAll(convolution);
            CheckForward(sample, kernels);
            CheckGradients(sample, kernels);
            CheckLanes(sample, kernels);
        }
    }

    [Theory]
    [InlineData(2, 3, 0)]
    [InlineData(1, 3, 1)]
    [InlineData(4, 4, 0)]
    [InlineData(3, 4, 2)]
    public void Strides_as_large_as_the_kernel_and_larger_give_the_formula(int kernel, int stride, int padding)
    {
        foreach (var kernels in SparseKernels.Available)
        {
            var shape = new ConvolutionShape(2, 11, 9, 3, kernel, stride, padding);
            using var sample = new ConvolutionSample(shape, 0.6, 3, 16);
            using var convolution = new SparseConvolution(shape, 16, kernels);
            sample.RunAll(convolution);
            CheckForward(sample, kernels.Name);
            CheckGradients(sample, kernels.Name);
            CheckLanes(sample, kernels.Name);
        }
    }

    // Several strips, blocks of channels and tiles in each direction, with none of them whole.
    [Theory]
    [InlineData(40, 37, 15, 2, 3, 1, 1)]
    [InlineData(40, 33, 13, 2, 3, 2, 1)]
    [InlineData(2, 26, 41, 2, 7, 1, 3)]
    [InlineData(3, 37, 15, 70, 3, 1, 1)]
    [InlineData(3, 33, 13, 70, 3, 2, 1)]
    public void Large_images_and_many_channels_give_the_formula(
        int channels, int height, int width, int outputs, int kernel, int stride, int padding)
    {
        foreach (var kernels in SparseKernels.Available)
        {
            var shape = new ConvolutionShape(channels, height, width, outputs, kernel, stride, padding);
            using var sample = new ConvolutionSample(shape, 0.05, 5, 8);
            using var wide = new ConvolutionSample(shape, 0.05, 5, 24);
            foreach (var one in new[] { sample, wide })
            {
                using var convolution = new SparseConvolution(shape, one.Input.Capacity, kernels);
                one.RunAll(convolution);
                CheckForward(one, kernels.Name, step: 23);
                CheckGradients(one, kernels.Name, samplesOfEach: 6);
                CheckLanes(one, kernels.Name);
            }
        }
    }

    private static void CheckForward(ConvolutionSample sample, string kernels, int step = 1)
    {
        var shape = sample.Shape;
        for (var neuron = 0; neuron < shape.OutputNeurons; neuron += step)
        {
            var (channel, place) = Math.DivRem(neuron, shape.OutputHeight * shape.OutputWidth);
            var (y, x) = Math.DivRem(place, shape.OutputWidth);
            var row = sample.Output.Row(neuron);
            for (var index = 0; index < row.Length; index++)
            {
                var expected = sample.Evaluate(
                    channel, y, x, index, position => sample.Weights.Values[position],
                    (pixel, b) => sample.Input.Row(pixel)[b], c => sample.Biases.Values[c]);
                Close(expected, row[index], () => $"{kernels}, {sample.Name}: z of ({channel}, {y}, {x}), sample {index}");
            }
        }
    }

    // The loss is the sum of delta * z. z is linear in weights, inputs and biases each, so differences are exact and one step does.
    private static void CheckGradients(ConvolutionSample sample, string kernels, int samplesOfEach = 8)
    {
        var shape = sample.Shape;
        double Difference(
            Func<int, double> weight, Func<int, int, double> input, Func<int, double> bias, int? onlyChannel)
        {
            var loss = 0.0;
            for (var channel = onlyChannel ?? 0; channel < (onlyChannel + 1 ?? shape.OutputChannels); channel++)
                for (var y = 0; y < shape.OutputHeight; y++)
                    for (var x = 0; x < shape.OutputWidth; x++)
                    {
                        var delta = sample.Delta.Row((channel * shape.OutputHeight + y) * shape.OutputWidth + x);
                        for (var index = 0; index < delta.Length; index++)
                            loss += delta[index] * sample.Evaluate(channel, y, x, index, weight, input, bias);
                    }
            return loss;
        }

        // With all else zero the loss after a step of one is the difference.
        var (count, positions) = (sample.Topology.ConnectionCount, shape.OutputHeight * shape.OutputWidth);
        for (var position = 0; position < count; position += Math.Max(1, count / samplesOfEach))
        {
            var row = Enumerable.Range(0, shape.OutputChannels).First(r => position < sample.Topology.RowStart(r + 1L));
            var expected = Difference(k => k == position ? 1 : 0, (neuron, b) => sample.Input.Row(neuron)[b], _ => 0, row);
            Close(expected, sample.Gradients[position], () => $"{kernels}, {sample.Name}: dW of {position}", positions);
        }
        for (var channel = 0; channel < shape.OutputChannels; channel++)
        {
            var expected = Difference(_ => 0, (_, _) => 0, c => c == channel ? 1 : 0, channel);
            Close(expected, sample.BiasGradients[channel], () => $"{kernels}, {sample.Name}: db of {channel}", positions);
        }
        var step = Math.Max(1, shape.InputNeurons / samplesOfEach);
        for (var neuron = 0; neuron < shape.InputNeurons; neuron += step)
        {
            // A sample's input touches that sample's outputs only.
            var index = neuron % sample.Input.Batch;
            var expected = 0.0;
            for (var channel = 0; channel < shape.OutputChannels; channel++)
            {
                for (var position = sample.Topology.RowStart(channel); position < sample.Topology.RowStart(channel + 1L); position++)
                {
                    var inputChannel = neuron / (shape.InputHeight * shape.InputWidth);
                    if (sample.Column(position) / (shape.KernelSize * shape.KernelSize) != inputChannel) continue;
                    for (var y = 0; y < shape.OutputHeight; y++)
                        for (var x = 0; x < shape.OutputWidth; x++)
                            if (sample.Pixel(sample.Column(position), y, x) == neuron)
                                expected += sample.Weights.Values[position] *
                                    sample.Delta.Row((channel * shape.OutputHeight + y) * shape.OutputWidth + x)[index];
                }
            }
            Close(expected, sample.InputDelta.Row(neuron)[index], () => $"{kernels}, {sample.Name}: dX of {neuron}, sample {index}");
        }
    }

    private static unsafe void CheckLanes(ConvolutionSample sample, string kernels)
    {
        foreach (var matrix in new[] { sample.Output, sample.InputDelta })
        {
            Assert.Equal(sample.Input.Batch, matrix.Batch);
            for (long neuron = 0; neuron < matrix.Neurons; neuron++)
            {
                var beyond = new Span<float>(matrix.Pointer + neuron * matrix.Stride + matrix.Batch, matrix.Stride - matrix.Batch);
                Assert.True(beyond.IndexOfAnyExcept(0f) < 0, $"{kernels}, {sample.Name}: lanes beyond the batch of neuron {neuron}");
            }
        }
    }

    // Rounding of a sum of products of size about 1.
    private static void Close(double expected, float actual, Func<string> what, int terms = 30)
    {
        // The text only where it is needed: there are a great many comparisons.
        var isClose = Math.Abs(expected - actual) <= 2e-6 * (10 + terms) + 2e-6 * Math.Abs(expected);
        if (!isClose) Assert.Fail($"{what()}: {actual}, not {expected}");
    }
}
