using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Networks;

/// <summary>Draws connection values for one layer as an <see cref="Initializer"/> says.</summary>
public readonly struct WeightSampler
{
    private const double NormalDeviation = 0.1;
    private readonly Initializer _initializer;
    private readonly float _limit;

    /// <summary>The sampler of a layer with <paramref name="inputCount"/> inputs and <paramref name="outputCount"/> outputs.</summary>
    public WeightSampler(Initializer initializer, int inputCount, int outputCount)
    {
        _initializer = initializer;
        _limit = initializer switch
        {
            Initializer.HeUniform => (float)Math.Sqrt(6.0 / inputCount),
            Initializer.Xavier => (float)Math.Sqrt(6.0 / ((double)inputCount + outputCount)),
            Initializer.Normal or Initializer.Zero => 0,
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

    /// <summary>Draws every element of <paramref name="values"/>.</summary>
    public void Fill(NativeBuffer<float> values, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(values);
        for (long position = 0; position < values.Length; position++) values[position] = Next(random);
    }
}
