using System.Numerics;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// Activations (or their gradients) of one layer for a mini-batch, neuron-major: the B samples of a neuron are contiguous, so that every
/// connection is a vector operation. Lanes from B to the end of the stride are zero.
/// </summary>
public sealed unsafe class ActivationMatrix : IDisposable
{
    private const int FloatsPerLine = NativeBuffer<float>.AlignmentBytes / sizeof(float);
    private readonly NativeBuffer<float> _values;
    private readonly long _offset;
    private readonly bool _isView;

    /// <summary>Room for <paramref name="neurons"/> neurons and batches of up to <paramref name="capacity"/> samples.</summary>
    public ActivationMatrix(int neurons, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neurons);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Neurons = neurons;
        Capacity = capacity;
        Batch = capacity;
        Stride = StrideFor(capacity);
        _values = new((long)neurons * Stride);
    }

    // Other neurons over the memory of another matrix.
    private ActivationMatrix(ActivationMatrix owner, long offset, int neurons, int stride, int batch)
    {
        _values = owner._values;
        _offset = owner._offset + offset;
        _isView = true;
        (Neurons, Capacity, Stride, Batch) = (neurons, batch, stride, batch);
    }

    /// <summary>Number of neurons.</summary>
    public int Neurons { get; }

    /// <summary>Largest batch, in samples.</summary>
    public int Capacity { get; private init; }

    /// <summary>Samples in use, B.</summary>
    public int Batch { get; private set; }

    /// <summary>Floats from one neuron to the next.</summary>
    public int Stride { get; }

    /// <summary>The first neuron's first sample.</summary>
    public float* Pointer => _values.Pointer + _offset;

    /// <summary>Bytes held.</summary>
    public long Bytes => _isView ? 0 : _values.Bytes;

    /// <summary>The samples of one neuron.</summary>
    public Span<float> Row(int neuron) => _values.Slice(_offset + (long)neuron * Stride, Batch);

    /// <summary>Uses the first <paramref name="batch"/> samples from now on; the lanes beyond them become zero.</summary>
    public void SetBatch(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, Capacity);
        var isLess = batch < Batch;
        Batch = batch;
        if (isLess) ClearPadding(0, Neurons);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isView) _values.Dispose();
    }

    /// <summary>Sets the lanes beyond the batch to 0, for neurons <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    internal void ClearPadding(long first, long end)
    {
        if (Batch == Stride) return;
        for (var neuron = first; neuron < end; neuron++) new Span<float>(Pointer + neuron * Stride + Batch, Stride - Batch).Clear();
    }

    /// <summary>
    /// The same memory, with every <paramref name="together"/> neurons in a row as one neuron whose samples are all their lanes, those
    /// beyond the batch among them. It is no owner, and <see cref="Batch"/> stays what it is.
    /// </summary>
    internal ActivationMatrix Joined(int together) =>
        new(this, 0, Neurons / together, checked(together * Stride), checked(together * Stride));

    /// <summary>
    /// The memory of <paramref name="count"/> lanes of all neurons from lane <paramref name="first"/> on. It is no owner.
    /// </summary>
    internal ActivationMatrix Lanes(int first, int count) => new(this, first, Neurons, Stride, count);

    /// <summary>
    /// The memory of <paramref name="count"/> neurons from <paramref name="first"/> on. It is no owner, and has a batch of its own.
    /// </summary>
    internal ActivationMatrix Slice(int first, int count) => new(this, (long)first * Stride, count, Stride, Batch) { Capacity = Capacity };

    // Below a cache line the next power of two: a whole vector of some width a neuron. Else whole cache lines, an odd number of them: a
    // power of two would map a batch tile of all neurons to a few sets of the first-level cache.
    internal static int StrideFor(int capacity)
    {
        if (capacity <= FloatsPerLine) return (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
        var lines = (capacity + FloatsPerLine - 1) / FloatsPerLine;
        return (lines | 1) * FloatsPerLine;
    }
}
