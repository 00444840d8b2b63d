using ActorSparse.Host.Benchmarks;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

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
    public void The_scale_benchmark_writes_a_row_for_each_network_and_12_bytes_a_connection()
    {
        using var folder = new TemporaryFolder();
        var options = new ScaleBenchmarkOptions
        {
            Folder = folder.Root, LayerSide = 1000, SetNeurons = [], HiddenNeurons = [100, 1000], HiddenLayers = 5, FeatureCount = 64, Threads = 1, Repetitions = 1,
        };
        var lines = Lines(output => ScaleBenchmark.Run(options, output));
        Assert.StartsWith("layer 1000 x 1000", lines[0], StringComparison.Ordinal);
        var rows = lines[3..5].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["100", "1000"], rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal("12.0", row[5]));
        Assert.All(rows, row => Assert.Equal(13, row.Length));
        Assert.Empty(Directory.EnumerateFiles(folder.Root));
        Assert.StartsWith("seconds a step grow", lines[5], StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_stands_beside_what_the_authors_of_SET_state()
    {
        var lines = Lines(output => SetScaleBenchmark.Run([50, 3000], 1, output));
        var rows = lines[2..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["3467", "12317"], rows.Select(row => row[0]));
        Assert.Equal(6, rows[0].Length);
        Assert.Equal("0.3", rows[1][^1]);
    }

    [Fact]
    public void The_convolution_benchmark_writes_a_row_for_each_shape_and_sparsity()
    {
        var options = new ConvolutionBenchmarkOptions { Shapes = [(4, 6), (8, 3)], Sparsities = [0.5, 0.8], BatchSize = 4, Repetitions = 1 };
        var rows = Lines(output => ConvolutionBenchmark.Run(options, output))[4..];
        Assert.Equal(["4x6x6", "4x6x6", "8x3x3", "8x3x3"], rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
    }

    [Fact]
    public void The_inference_benchmark_writes_a_row_for_each_batch()
    {
        using var network = Network.Create(new() { LayerSizes = [20, 30, 4] }, new RandomSource(1));
        var lines = Lines(output => InferenceBenchmark.Run(new() { BatchSizes = [1, 3, 128], Repetitions = 10 }, network, output));
        Assert.Contains("network 20-30-4", lines[0], StringComparison.Ordinal);
        var rows = lines[2..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(["1", "3", "128"], rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal(5, row.Length));
    }

    private static string[] Lines(Action<TextWriter> benchmark)
    {
        using var output = new StringWriter();
        benchmark(output);
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
