using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Networks;

/// <summary>Draws connection values for one layer as an <see cref="Initializer"/> says.</summary>
internal readonly struct WeightSampler
{
    private const double NormalDeviation = 0.1;
    private readonly Initializer _initializer;
    private readonly float _limit;

    /// <summary>The sampler of a layer with <paramref name="inputCount"/> inputs and <paramref name="outputCount"/> outputs.</summary>
    /// <param name="initializer">How values are drawn.</param>
    /// <param name="inputCount">Inputs, n_in.</param>
    /// <param name="outputCount">Outputs, n_out.</param>
    /// <param name="meanFanIn">Mean number of connections of an output neuron; n_in, a dense layer's, if not given.</param>
    public WeightSampler(Initializer initializer, int inputCount, int outputCount, double? meanFanIn = null)
    {
        _initializer = initializer;
        _limit = initializer switch
        {
            Initializer.HeUniform => (float)Math.Sqrt(6.0 / inputCount),
            Initializer.Xavier => (float)Math.Sqrt(6.0 / ((double)inputCount + outputCount)),
            Initializer.Normal or Initializer.Zero => 0,
            Initializer.FanIn => FanInLimit(meanFanIn ?? inputCount),
            _ => throw new ArgumentOutOfRangeException(nameof(initializer)),
        };
    }

    /// <summary>The next value.</summary>
    public float Next(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return _initializer switch
        {
            Initializer.Zero => 0,
            Initializer.Normal => (float)(NormalDeviation * random.NextGaussian()),
            _ => _limit * (2 * random.NextSingle() - 1),
        };
    }

    /// <summary>Draws every connection of a new layer; biases, if it has any, stay 0, except for <see cref="Initializer.FanIn"/>.</summary>
    public void Fill(SparseBlock weights, DenseBlock? biases, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(random);
        if (_initializer == Initializer.FanIn) FillByFanIn(weights, biases, random);
        else Fill(weights.Values, random);
    }

    /// <summary>Draws every element of <paramref name="values"/>.</summary>
    public void Fill(NativeBuffer<float> values, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(values);
        for (long position = 0; position < values.Length; position++) values[position] = Next(random);
    }

    private static void FillByFanIn(SparseBlock weights, DenseBlock? biases, RandomStream random)
    {
        for (var row = 0; row < weights.Topology.OutputCount; row++)
        {
            var (start, fanIn) = (weights.Topology.RowStart(row), weights.Topology.Row(row).Length);
            var limit = FanInLimit(fanIn);
            for (var position = start; position < start + fanIn; position++)
                weights.Values[position] = limit * (2 * random.NextSingle() - 1);
            if (biases is not null) biases.Values[row] = limit * (2 * random.NextSingle() - 1);
        }
    }

    private static float FanInLimit(double fanIn) => (float)Math.Sqrt(3 / Math.Max(1, fanIn));
}
