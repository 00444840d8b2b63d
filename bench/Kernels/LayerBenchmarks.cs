using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;
using BenchmarkDotNet.Attributes;

namespace ActorSparse.Bench.Kernels;

/// <summary>The products of one layer over variant, width, connections a neuron and batch size; one thread.</summary>
public unsafe class LayerBenchmarks
{
    private SparseKernels _kernels = SparseKernels.Available[0];
    private SparseBlock _layer = null!;
    private DenseBlock _biases = null!;
    private TransposedIndex _index = null!;
    private ActivationMatrix _input = null!;
    private ActivationMatrix _output = null!;
    private NativeBuffer<float> _gradients = null!;

    public static IEnumerable<string> Variants => SparseKernels.Available.Select(kernels => kernels.Name);

    [ParamsSource(nameof(Variants))]
    public string Variant { get; set; } = "";

    [Params(1_000, 10_000)]
    public int Neurons { get; set; }

    [Params(4, 40)]
    public int ConnectionsPerNeuron { get; set; }

    [Params(1, 128)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var random = new RandomSource(1).Stream("bench");
        using var topology = ErdosRenyi.Sample(Neurons, Neurons, ConnectionsPerNeuron / 2.0, random);
        _layer = new(topology);
        _biases = new(topology.OutputCount);
        _index = new(topology);
        _input = new(Neurons, Batch);
        _output = new(Neurons, Batch);
        _gradients = new(topology.ConnectionCount);
        _kernels = SparseKernels.Named(Variant).ForStride(_input.Stride);
        foreach (ref var value in _layer.Values.Span) value = (float)random.NextGaussian();
        foreach (var matrix in new[] { _input, _output })
        {
            for (var neuron = 0; neuron < Neurons; neuron++)
                foreach (ref var value in matrix.Row(neuron)) value = (float)random.NextGaussian();
        }
    }

    [GlobalCleanup]
    public void Free()
    {
        foreach (var buffer in new IDisposable[] { _layer, _biases, _index, _input, _output, _gradients }) buffer.Dispose();
    }

    [Benchmark]
    public void Forward() => _kernels.Forward(_layer, _biases, _input, _output, 0, Neurons);

    [Benchmark]
    public void Differentiate() => _kernels.Differentiate(_layer.Topology, _input, _output, _gradients.Pointer, 0, Neurons);

    [Benchmark]
    public void Propagate() => _kernels.Propagate(_layer, _index, _output, _input, 0, Neurons);

    [Benchmark]
    public void DifferentiateAndPropagate() =>
        _kernels.DifferentiateAndPropagate(_layer, _output, _output, _input, _gradients.Pointer, 0, Neurons);
}
