using System.Diagnostics;
using System.Globalization;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Host.Benchmarks;

/// <summary>
/// The measured loop behind `actorsparse bench kernels`: for each variant forward and backward of the sparse products alone, as GFLOP/s
/// and as a fraction of the multiply-add peak of one core, and the parts of a whole training step.
/// </summary>
internal sealed class KernelBenchmark : IDisposable
{
    private const int PeakRounds = 20_000;

    private readonly KernelBenchmarkOptions _options;
    private readonly Network _network;
    private readonly Workspace _workspace;
    private readonly GradientSet _gradients;
    private readonly int[] _labels;

    /// <summary>Builds the network and a random batch.</summary>
    public KernelBenchmark(KernelBenchmarkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var source = new RandomSource(1);
        var spec = new NetworkSpec { LayerSizes = options.LayerSizes, Epsilon = options.Epsilon };
        _network = Network.Create(spec, source);
        _workspace = new(spec, options.BatchSize);
        _gradients = new(_network.Parameters);
        var random = source.Stream("bench");
        for (var neuron = 0; neuron < _workspace.Input.Neurons; neuron++)
            foreach (ref var value in _workspace.Input.Row(neuron)) value = (float)random.NextGaussian();
        _labels = [.. Enumerable.Range(0, options.BatchSize).Select(_ => random.NextInt32(options.LayerSizes[^1]))];
    }

    /// <summary>Measures every variant asked for and writes a table.</summary>
    public void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var names = _options.Kernels.Count > 0 ? _options.Kernels : [.. SparseKernels.Available.Select(kernels => kernels.Name)];
        output.WriteLine($"network {string.Join('-', _options.LayerSizes)}, {_network.ConnectionCount} connections");
        output.WriteLine($"batch {_options.BatchSize}, {_options.Threads} thread(s), fastest of {_options.Repetitions} repetitions");
        output.WriteLine($"peak: multiply-adds of {FmaPeak.VectorBits} bits on one core, measured in turns with the kernels");
        output.WriteLine("kernels  peak GF/s  forward GF/s  of peak  backward GF/s  of peak |" +
            " step: forward+dropout  loss+backward  update   epoch s");
        foreach (var name in names) output.WriteLine(Measure(SparseKernels.Named(name)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _workspace.Dispose();
        _gradients.Dispose();
    }

    private string Measure(SparseKernels variant)
    {
        using var compute = new NetworkCompute(variant, _options.Threads);
        var step = new SgdStep(0, 0.9f, 0, false, 1); // Rate 0: the weights stay as they are, so that every repetition does the same.
        Action[] parts =
        [
            () => FmaPeak.Run(PeakRounds),
            () => compute.ForwardProducts(_network, _workspace),
            () => compute.BackwardProducts(_network, _workspace, _gradients),
            () => compute.ForwardTraining(_network, _workspace, _options.Dropout, 1),
            () => compute.Backward(_network, _workspace, _labels, _gradients, []),
            () => compute.Update(_network.Parameters, _gradients, step),
        ];
        // Whole step first, so that the products have something finite to work on.
        var seconds = new double[parts.Length];
        Array.Fill(seconds, double.PositiveInfinity);
        for (var repetition = 0; repetition < _options.Repetitions; repetition++)
        {
            for (var index = parts.Length - 1; index >= 0; index--)
            {
                if (index is 2 or 4) parts[3](); // A backward pass works on what a forward pass left.
                var start = Stopwatch.GetTimestamp();
                parts[index]();
                seconds[index] = Math.Min(seconds[index], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        var peak = FmaPeak.Run(PeakRounds) / seconds[0];
        var products = 2.0 * _network.ConnectionCount * _options.BatchSize;
        // The gradient by the input is not computed, so it does not count.
        var backwardProducts = 2 * products - 2.0 * _network.Parameters.Sparse[0].Topology.ConnectionCount * _options.BatchSize;
        var (forward, backward) = (products / seconds[1], backwardProducts / seconds[2]);
        var epoch = _options.EpochSamples / _options.BatchSize * (seconds[3] + seconds[4] + seconds[5]);
        var culture = CultureInfo.InvariantCulture;
        return string.Create(culture, $"{variant.Name,-8}{peak / 1e9,10:F1}{forward / 1e9,14:F1}{forward / peak,9:F3}") +
            string.Create(culture, $"{backward / 1e9,15:F1}{backward / peak,9:F3} |{seconds[3] * 1e6,20:F0} us") +
            string.Create(culture, $"{seconds[4] * 1e6,12:F0} us{seconds[5] * 1e6,5:F0} us{epoch,10:F3}");
    }
}
