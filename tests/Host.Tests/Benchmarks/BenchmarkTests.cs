using ActorSparse.Host.Benchmarks;

namespace ActorSparse.Host.Tests.Benchmarks;

public class BenchmarkTests
{
    [Fact]
    public void The_epoch_benchmark_writes_a_row_for_each_number_of_threads()
    {
        var options = new EpochBenchmarkOptions
        {
            LayerSizes = [20, 30, 4], Epsilon = 3, SampleCount = 100, BatchSize = 16, Threads = [1, 2], Repetitions = 1,
        };
        var lines = Lines(output => EpochBenchmark.Run(options, output));
        Assert.Equal(4, lines.Length);
        Assert.Contains("network 20-30-4", lines[0], StringComparison.Ordinal);
        Assert.Equal(["1", "2"], lines[2..].Select(line => line.TrimStart().Split(' ')[0]));
    }

    [Fact]
    public void The_scale_benchmark_writes_a_row_for_each_network_and_16_bytes_a_connection()
    {
        var options = new ScaleBenchmarkOptions
        {
            LayerSide = 1000, HiddenNeurons = [100, 1000], HiddenLayers = 5, FeatureCount = 64, Threads = 1, Repetitions = 1,
        };
        var lines = Lines(output => ScaleBenchmark.Run(options, output));
        Assert.StartsWith("layer 1000 x 1000", lines[0], StringComparison.Ordinal);
        var rows = lines[3..5].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["100", "1000"], rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal("16.0", row[5]));
        Assert.StartsWith("seconds a step grow", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public void The_convolution_benchmark_writes_a_row_for_each_shape_and_sparsity()
    {
        var options = new ConvolutionBenchmarkOptions { Shapes = [(4, 6), (8, 3)], Sparsities = [0.5, 0.8], BatchSize = 4, Repetitions = 1 };
        var rows = Lines(output => ConvolutionBenchmark.Run(options, output))[4..];
        Assert.Equal(["4x6x6", "4x6x6", "8x3x3", "8x3x3"], rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
    }

    private static string[] Lines(Action<TextWriter> benchmark)
    {
        using var output = new StringWriter();
        benchmark(output);
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
