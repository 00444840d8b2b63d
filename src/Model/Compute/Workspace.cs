using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Compute;

/// <summary>
/// What one batch leaves behind on its way through a network: activations and, once it trains, a gradient and two bits for every neuron
/// and sample. Any replica of the same shape can use it, one at a time.
/// </summary>
public sealed class Workspace : IDisposable
{
    private readonly ActivationMatrix[] _activations;
    private readonly ActivationMatrix?[] _deltas;
    private readonly BitPlane?[] _positive;
    private readonly BitPlane?[] _kept;

    /// <summary>Room for batches of up to <paramref name="batchCapacity"/> samples.</summary>
    public Workspace(NetworkSpec spec, int batchCapacity)
    {
        ArgumentNullException.ThrowIfNull(spec);
        BatchCapacity = batchCapacity;
        _activations = [.. spec.LayerSizes.Select(neurons => new ActivationMatrix(neurons, batchCapacity))];
        _deltas = new ActivationMatrix?[spec.LayerCount];
        _positive = new BitPlane?[spec.LayerCount];
        _kept = new BitPlane?[spec.LayerCount];
        Normalizers = new(2L * Input.Stride);
        Functions = new NeuronFunction[spec.LayerCount - 1];
    }

    /// <summary>Largest batch, in samples.</summary>
    public int BatchCapacity { get; }

    /// <summary>Samples of the present batch, B: what <see cref="Input"/> was filled with.</summary>
    public int Batch => Input.Batch;

    /// <summary>The batch, n0 x B: fill it before a forward pass.</summary>
    public ActivationMatrix Input => _activations[0];

    /// <summary>The network's answer, nL x B.</summary>
    public ActivationMatrix Output => _activations[^1];

    /// <summary>Activations from the input to the output, after dropout: item l is what goes into weight layer l (L + 1 items).</summary>
    public IReadOnlyList<ActivationMatrix> Activations => _activations;

    /// <summary>
    /// Gradient of the mean batch loss by z of weight layer <paramref name="layer"/> (n_out x B), as the last backward pass left it: it
    /// holds the factor 1 / B already.
    /// </summary>
    public ActivationMatrix Delta(int layer) => _deltas[layer] ??= new(_activations[layer + 1].Neurons, BatchCapacity);

    /// <summary>Bytes held.</summary>
    public long Bytes =>
        Normalizers.Bytes + _activations.Sum(a => a.Bytes) + _deltas.Sum(d => d?.Bytes ?? 0) +
        _positive.Concat(_kept).Sum(p => p?.Bytes ?? 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        Normalizers.Dispose();
        foreach (var matrix in _activations) matrix.Dispose();
        foreach (var matrix in _deltas) matrix?.Dispose();
        foreach (var plane in _positive.Concat(_kept)) plane?.Dispose();
    }

    /// <summary>Whether z was positive, for the neurons after weight layer <paramref name="layer"/>.</summary>
    internal BitPlane Positive(int layer) => _positive[layer] ??= new(_activations[layer + 1]);

    /// <summary>Whether dropout kept the activation, for the neurons after weight layer <paramref name="layer"/>.</summary>
    internal BitPlane Kept(int layer) => _kept[layer] ??= new(_activations[layer + 1]);

    /// <summary>
    /// For a softmax output the largest z of every sample, then the sum of exp(z - largest): the loss is exact with them.
    /// </summary>
    internal NativeBuffer<float> Normalizers { get; }

    /// <summary>What the last forward pass did after each weight layer but the last; the backward pass undoes the same.</summary>
    internal NeuronFunction[] Functions { get; }

    /// <summary>Whether the last forward pass kept what a backward pass needs.</summary>
    internal bool IsTrainingPass { get; set; }
}
