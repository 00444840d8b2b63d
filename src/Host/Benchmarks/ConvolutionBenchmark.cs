using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators.Convolution;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// The measured loop behind `actorsparse bench convolution`: the three products of a training step, each with all that it copies, as time,
/// GFLOP/s and fraction of the multiply-add peak of one core, and what memory they take.
/// </summary>
internal static class ConvolutionBenchmark
{
    private const int PeakRounds = 20_000;

    /// <summary>Measures every shape at every sparsity and writes a table.</summary>
    public static void Run(ConvolutionBenchmarkOptions options, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine("convolutions of 3x3, stride 1, padding 1, as many output channels as input channels");
        output.WriteLine($"batch {options.BatchSize}, {options.Threads} thread(s), fastest of {options.Repetitions} repetitions");
        output.WriteLine($"peak: multiply-adds of {FmaPeak.VectorBits} bits on one core, measured in turns with the products");
        output.WriteLine("kernels        shape  density  connections  peak GF/s |" +
            "  forward us   GF/s of peak |       dX us   GF/s of peak |       dW us   GF/s of peak |" +
            "  step us  weights MB  kept MB  batch MB");
        IReadOnlyList<string> names = options.Kernels.Count > 0 ? options.Kernels : [SparseKernels.Best.Name];
        foreach (var name in names)
            foreach (var (channels, side) in options.Shapes)
                foreach (var sparsity in options.Sparsities)
                {
                    var shape = new ConvolutionShape(channels, side, side, channels, 3, 1, 1);
                    output.WriteLine(Measure(options, SparseKernels.Named(name), shape, 1 - sparsity));
                }
    }

    private static string Measure(ConvolutionBenchmarkOptions options, SparseKernels kernels, ConvolutionShape shape, double density)
    {
        var source = new RandomSource(1);
        double inputs = shape.Columns, outputs = shape.OutputChannels;
        using var topology = ErdosRenyi.Sample(
            shape.Columns, shape.OutputChannels, density * inputs * outputs / (inputs + outputs), source.Stream("topology"));
        using var weights = new SparseBlock(topology);
        using var x = new ActivationMatrix(shape.InputNeurons, options.BatchSize, kernels.GroupLanes);
        using var dx = new ActivationMatrix(shape.InputNeurons, options.BatchSize, kernels.GroupLanes);
        using var z = new ActivationMatrix(shape.OutputNeurons, options.BatchSize, kernels.GroupLanes);
        using var dz = new ActivationMatrix(shape.OutputNeurons, options.BatchSize, kernels.GroupLanes);
        using var gradients = new NativeBuffer<float>(topology.ConnectionCount);
        using var convolution = new SparseConvolution(shape, options.BatchSize, kernels, options.Threads);
        var random = source.Stream("bench");
        foreach (ref var value in weights.Values.Span) value = (float)random.NextGaussian();
        foreach (var matrix in new[] { x, dz })
            for (var neuron = 0; neuron < matrix.Neurons; neuron++)
                for (var sample = 0; sample < options.BatchSize; sample++) matrix[neuron, sample] = random.NextSingle() - 0.5f;

        Action[] parts =
        [
            () => FmaPeak.Run(PeakRounds),
            () => convolution.Forward(weights, null, x, z),
            () => convolution.Propagate(weights, dz, dx),
            () => convolution.Differentiate(topology, x, dz, gradients),
            () => convolution.Backward(weights, x, dz, dx, gradients),
        ];
        var seconds = new double[parts.Length];
        Array.Fill(seconds, double.PositiveInfinity);
        // The first passes order the connections.
        for (var repetition = -1; repetition < options.Repetitions; repetition++)
        {
            for (var index = 0; index < parts.Length; index++)
            {
                var start = Stopwatch.GetTimestamp();
                parts[index]();
                if (repetition >= 0) seconds[index] = Math.Min(seconds[index], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        var peak = FmaPeak.Run(PeakRounds) / seconds[0];
        var operations = 2.0 * shape.MultiplyAdds(topology.ConnectionCount) * options.BatchSize;
        var culture = CultureInfo.InvariantCulture;
        var products = seconds[1..4].Select(time => string.Create(
            culture, $"{time * 1e6,12:F0}{operations / time / 1e9,7:F1}{operations / time / peak,8:F3}"));
        // A training step computes both gradients at once.
        var sum = seconds[1] + seconds[4];
        var size = $"{shape.InputChannels}x{shape.InputHeight}x{shape.InputWidth}";
        var batchBytes = x.Bytes + dx.Bytes + z.Bytes + dz.Bytes;
        return string.Create(culture, $"{kernels.Name,-7}{size,13}{density,9:0.####}{topology.ConnectionCount,13}{peak / 1e9,11:F1} |") +
            $"{string.Join(" |", products)} |" +
            string.Create(culture, $"{sum * 1e6,9:F0}{(weights.Bytes + gradients.Bytes) / 1e6,12:F1}") +
            string.Create(culture, $"{convolution.Bytes / 1e6,9:F1}{batchBytes / 1e6,10:F1}");
    }
}
