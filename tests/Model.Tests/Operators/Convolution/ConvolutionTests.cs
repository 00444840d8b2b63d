using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Tests.Compute;

namespace ActorSparse.Model.Tests.Operators.Convolution;

public sealed unsafe class ConvolutionTests
{
    private const float Canary = 12345.5f;

    public static TheoryData<string> Variants() => [.. SparseKernels.Available.Select(kernels => kernels.Name)];

    public static TheoryData<int, int, int, int, int> Shapes() => new()
    {
        // height, width, kernel, stride, padding
        { 8, 8, 3, 1, 1 }, { 7, 9, 3, 2, 1 }, { 4, 4, 5, 1, 2 }, { 13, 6, 1, 1, 0 }, { 9, 9, 1, 2, 0 }, { 3, 17, 3, 1, 0 },
        { 1, 1, 1, 1, 0 },
    };

    // The explicit matrix: a row for each output neuron, a column for each input neuron.
    [Theory, MemberData(nameof(Shapes))]
    public void A_Toeplitz_matrix_of_the_linear_kernels_gives_the_same(int height, int width, int kernel, int stride, int padding)
    {
        var shape = new ConvolutionShape(5, height, width, 6, kernel, stride, padding);
        foreach (var kernels in SparseKernels.Available)
        {
            using var sample = new ConvolutionSample(shape, 0.4, 21, 24);
            using var convolution = new SparseConvolution(shape, 24, kernels);
            sample.RunAll(convolution);
            var (matrix, positions) = Toeplitz(sample);
            using var biases = new DenseBlock(shape.OutputNeurons);
            for (var neuron = 0; neuron < shape.OutputNeurons; neuron++)
                biases.Values[neuron] = sample.Biases.Values[neuron / (shape.OutputHeight * shape.OutputWidth)];
            using (matrix)
            using (var index = new TransposedIndex(matrix.Topology))
            using (var z = new ActivationMatrix(shape.OutputNeurons, 24))
            using (var dx = new ActivationMatrix(shape.InputNeurons, 24))
            using (var gradients = new NativeBuffer<float>(matrix.Topology.ConnectionCount))
            {
                z.SetBatch(21);
                dx.SetBatch(21);
                var linear = kernels.ForStride(z.Stride);
                linear.Forward(matrix, biases, sample.Input, z, 0, z.Neurons);
                linear.Propagate(matrix, index, sample.Delta, dx, 0, dx.Neurons);
                linear.Differentiate(matrix.Topology, sample.Input, sample.Delta, gradients.Pointer, 0, z.Neurons);
                var sums = new double[sample.Topology.ConnectionCount];
                for (var entry = 0; entry < positions.Count; entry++) sums[positions[entry]] += gradients[entry];
                Close(z, sample.Output, () => $"{kernels}: z");
                Close(dx, sample.InputDelta, () => $"{kernels}: dX");
                for (var position = 0; position < sums.Length; position++)
                    Close(sums[position], sample.Gradients[position], () => $"{kernels}: dW");
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Every_instruction_set_gives_what_the_scalar_reference_does(int height, int width, int kernel, int stride, int padding)
    {
        var shape = new ConvolutionShape(12, height, width, 7, kernel, stride, padding);
        foreach (var density in new[] { 0.1, 1.0 })
        {
            float[]? expected = null;
            foreach (var kernels in SparseKernels.Available.Reverse())
            {
                using var sample = new ConvolutionSample(shape, density, 19, 32);
                using var convolution = new SparseConvolution(shape, 32, kernels);
                sample.RunAll(convolution);
                var results = sample.Results();
                expected ??= results;
                for (var index = 0; index < results.Length; index++)
                    Close(expected[index], results[index], () => $"{kernels}, {shape}: {index}");
            }
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void The_number_of_threads_changes_no_bit(string kernels)
    {
        foreach (var shape in new ConvolutionShape[] { new(30, 9, 7, 5, 3, 1, 1), new(3, 19, 18, 2, 5, 2, 2), new(30, 1, 1, 7, 1) })
        {
            foreach (var batch in new[] { 4, 21 })
            {
                float[]? expected = null;
                foreach (var threads in new[] { 1, 2, 3, 5 })
                {
                    using var sample = new ConvolutionSample(shape, 0.2, batch, 24);
                    using var convolution = new SparseConvolution(shape, 24, SparseKernels.Named(kernels), threads);
                    sample.RunAll(convolution);
                    var results = sample.Results();
                    expected ??= results;
                    Assert.Equal(expected, results);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Both_gradients_at_once_have_the_bits_of_each_by_itself(string kernels)
    {
        var small = new ConvolutionShape(5, 9, 8, 7, 3, 2, 1);
        // Several strips and blocks of channels.
        var large = new ConvolutionShape(3, 37, 15, 70, 3, 1, 1);
        foreach (var (shape, batch, threads) in new[] { (small, 3, 2), (small, 40, 1), (small, 40, 2), (small, 300, 3), (large, 40, 2) })
        {
            using var sample = new ConvolutionSample(shape, 0.3, batch, batch);
            using var convolution = new SparseConvolution(shape, batch, SparseKernels.Named(kernels), threads);
            sample.RunAll(convolution);
            var both = sample.Results();
            convolution.Propagate(sample.Weights, sample.Delta, sample.InputDelta);
            convolution.Differentiate(sample.Topology, sample.Input, sample.Delta, sample.Gradients);
            Assert.Equal(both, sample.Results());
        }
    }

    // Oracle 8 of the graph specification.
    [Theory, MemberData(nameof(Variants))]
    public void A_candidate_gets_the_bits_that_it_gets_once_present(string kernels)
    {
        var shape = new ConvolutionShape(40, 7, 6, 9, 3, 1, 1);
        using var sample = new ConvolutionSample(shape, 0.05, 20, 20);
        using var all = new ConvolutionSample(shape, 0.5, 20, 20, seed: 2);
        using var convolution = new SparseConvolution(shape, 20, SparseKernels.Named(kernels));
        sample.RunAll(convolution);
        var own = sample.Gradients.Span.ToArray();
        convolution.Differentiate(all.Topology, sample.Input, sample.Delta, all.Gradients);
        convolution.Differentiate(sample.Topology, sample.Input, sample.Delta, sample.Gradients);
        Assert.Equal(own, sample.Gradients.Span.ToArray());
        var common = 0;
        for (var row = 0; row < shape.OutputChannels; row++)
        {
            for (var position = sample.Topology.RowStart(row); position < sample.Topology.RowStart(row + 1L); position++)
            {
                var candidate = all.Topology.Find(row, sample.Column(position));
                if (candidate < 0) continue;
                common++;
                Assert.Equal(own[position], all.Gradients[candidate]);
            }
        }
        Assert.True(common > 20);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Nothing_beyond_the_ends_is_written(string kernels)
    {
        foreach (var shape in new ConvolutionShape[] { new(5, 7, 5, 3, 3, 1, 1), new(4, 9, 10, 6, 3, 2, 0), new(2, 5, 5, 2, 1, 3) })
        {
            // One neuron more than the images have, as a canary.
            using var sample = new ConvolutionSample(shape, 0.5, 5, 16, spareNeurons: 1);
            foreach (var matrix in new[] { sample.Output, sample.InputDelta })
            {
                matrix.SetBatch(16);
                matrix.Row(matrix.Neurons - 1).Fill(Canary);
            }
            using var gradients = new NativeBuffer<float>(sample.Topology.ConnectionCount + 2);
            gradients.Span.Fill(Canary);
            using var team = new ThreadTeam(2);
            using var passes = ConvolutionKernels.Create(SparseKernels.Named(kernels).ForStride(16), shape, 16, team);
            passes.Forward(sample.Weights, sample.Biases, sample.Input, sample.Output);
            passes.Propagate(sample.Weights, sample.Delta, sample.InputDelta);
            passes.Differentiate(sample.Topology, sample.Input, sample.Delta, gradients.Pointer + 1);
            foreach (var matrix in new[] { sample.Output, sample.InputDelta })
                Assert.Equal(-1, matrix.Row(matrix.Neurons - 1).IndexOfAnyExcept(Canary));
            Assert.Equal((Canary, Canary), (gradients[0], gradients[gradients.Length - 1]));
        }
    }

    [Fact]
    public void Passes_allocate_nothing_once_their_buffers_are_there()
    {
        var shape = new ConvolutionShape(8, 9, 9, 8, 3, 2, 1);
        using var sample = new ConvolutionSample(shape, 0.3, 20, 20);
        using var candidates = new ConvolutionSample(shape, 0.3, 20, 20, seed: 3);
        using var convolution = new SparseConvolution(shape, 20);
        void Step()
        {
            sample.RunAll(convolution);
            convolution.Differentiate(candidates.Topology, sample.Input, sample.Delta, candidates.Gradients);
        }
        Step();
        var bytes = convolution.Bytes;
        // The runtime, too, allocates on this thread now and then: not in every round.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 5; step++) Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
        Assert.Equal(bytes, convolution.Bytes);
    }

    // Oracle 9: 4,096 x 4,096 channels at 0.1 % are 151,000 connections, of 151 million that are possible.
    [Fact]
    public void A_wide_convolution_makes_a_step_in_memory_that_is_linear_in_connections_and_activations()
    {
        var shape = new ConvolutionShape(4096, 8, 8, 4096, 3, 1, 1);
        using var topology = ErdosRenyi.Sample(shape.Columns, shape.OutputChannels, 3.6864, new RandomSource(1).Stream("wide"));
        Assert.InRange(topology.ConnectionCount, 140_000, 175_000);
        using var weights = new SparseBlock(topology);
        using var x = new ActivationMatrix(shape.InputNeurons, 4);
        using var z = new ActivationMatrix(shape.OutputNeurons, 4);
        using var dx = new ActivationMatrix(shape.InputNeurons, 4);
        using var gradients = new NativeBuffer<float>(topology.ConnectionCount);
        using var convolution = new SparseConvolution(shape, 4);
        weights.Values.Span.Fill(0.01f);
        SparseSamples.FillBatch(x, 4, new RandomSource(2).Stream("wide"));
        convolution.Forward(weights, null, x, z);
        convolution.Propagate(weights, z, dx);
        convolution.Differentiate(topology, x, z, gradients);
        Assert.Contains(gradients.Span.ToArray(), value => value != 0);
        Assert.InRange(convolution.Bytes, 1, 60L * topology.ConnectionCount + x.Bytes + z.Bytes);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var shape = new ConvolutionShape(3, 6, 6, 4, 3, 1, 1);
        using var sample = new ConvolutionSample(shape, 0.5, 4, 4);
        using var other = new ConvolutionSample(new(3, 6, 6, 5, 3, 1, 1), 0.5, 4, 32);
        using var convolution = new SparseConvolution(shape, 4);
        void Refused(string reason, Action pass) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(pass).Message, StringComparison.Ordinal);
        Refused("4 x 27", () => convolution.Forward(other.Weights, null, sample.Input, sample.Output));
        Refused("5 biases", () => convolution.Forward(sample.Weights, other.Biases, sample.Input, sample.Output));
        Refused("180 neurons", () => convolution.Forward(sample.Weights, null, sample.Input, other.Output));
        Refused("capacity 32", () => convolution.Forward(sample.Weights, null, other.Input, sample.Output));
        Refused("5 x 27", () => convolution.Propagate(other.Weights, sample.Delta, sample.InputDelta));
        Refused("room for", () => convolution.Differentiate(sample.Topology, sample.Input, sample.Delta, other.Gradients));
        Refused("room for", () => convolution.DifferentiateBiases(sample.Delta, other.BiasGradients));
        sample.Delta.SetBatch(2);
        Refused("inputs of 4 samples", () => convolution.Differentiate(sample.Topology, sample.Input, sample.Delta, sample.Gradients));
    }

    private static (SparseBlock Matrix, List<int> Positions) Toeplitz(ConvolutionSample sample)
    {
        var shape = sample.Shape;
        var starts = new NativeBuffer<int>(shape.OutputNeurons + 1);
        var (columns, positions) = (new List<int>(), new List<int>());
        for (var neuron = 0; neuron < shape.OutputNeurons; neuron++)
        {
            var (channel, place) = Math.DivRem(neuron, shape.OutputHeight * shape.OutputWidth);
            for (var position = sample.Topology.RowStart(channel); position < sample.Topology.RowStart(channel + 1L); position++)
            {
                if (sample.Pixel(sample.Column(position), place / shape.OutputWidth, place % shape.OutputWidth) is not { } pixel) continue;
                columns.Add(pixel);
                positions.Add(position);
            }
            starts[neuron + 1] = columns.Count;
        }
        var indices = new NativeBuffer<int>(columns.Count);
        columns.ToArray().CopyTo(indices.Span);
        using var topology = new Topology(shape.InputNeurons, shape.OutputNeurons, starts, indices);
        var matrix = new SparseBlock(topology);
        for (var entry = 0; entry < positions.Count; entry++) matrix.Values[entry] = sample.Weights.Values[positions[entry]];
        return (matrix, positions);
    }

    private static void Close(ActivationMatrix expected, ActivationMatrix actual, Func<string> what)
    {
        for (var neuron = 0; neuron < expected.Neurons; neuron++)
            for (var sample = 0; sample < expected.Batch; sample++)
                Close(expected.Row(neuron)[sample], actual.Row(neuron)[sample], what);
    }

    private static void Close(double expected, float actual, Func<string> what)
    {
        // The text only where it is needed: there are a great many comparisons.
        if (!(Math.Abs(expected - actual) <= 2e-4 + 1e-5 * Math.Abs(expected))) Assert.Fail($"{what()}: {actual}, not {expected}");
    }
}
