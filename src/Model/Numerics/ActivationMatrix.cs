using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// Activations (or their gradients) of one layer for a mini-batch, neuron-major: the B samples of a neuron are contiguous, so that every
/// connection is a vector operation. Lanes from B to the end of the stride are zero. A grouped matrix is one such matrix for every few
/// samples, one after the other (<see cref="PartsWith"/>): then the pixels of a channel, too, are contiguous for the samples of a group.
/// </summary>
internal sealed unsafe class ActivationMatrix : IDisposable
{
    private const int LineLanes = NativeBuffer<float>.AlignmentBytes / sizeof(float);

    private readonly NativeBuffer<float> _values;
    private readonly long _offset;
    private readonly bool _isView;
    private readonly ActivationMatrix[] _self;
    private Grouping? _grouping;

    /// <summary>
    /// Room for <paramref name="neurons"/> neurons and batches of up to <paramref name="capacity"/> samples, in groups of
    /// <paramref name="groupLanes"/> if that is not 0 and there are several.
    /// </summary>
    public ActivationMatrix(int neurons, int capacity, int groupLanes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neurons);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _self = [this];
        Neurons = neurons;
        Capacity = capacity;
        Batch = capacity;
        GroupLanes = capacity > groupLanes ? groupLanes : 0;
        Stride = IsGrouped ? GroupLanes : StrideFor(capacity);
        _values = new(Floats);
    }

    // Other neurons over the memory of another matrix.
    private ActivationMatrix(ActivationMatrix owner, long offset, int neurons, int stride, int batch)
    {
        _values = owner._values;
        _offset = owner._offset + offset;
        (_self, _isView) = ([this], true);
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

    /// <summary>Whether the samples are in groups, each a matrix of its own in the memory of this one.</summary>
    public bool IsGrouped => GroupLanes > 0;

    /// <summary>Samples of a group, or 0.</summary>
    internal int GroupLanes { get; }

    /// <summary>The first neuron's first sample.</summary>
    public float* Pointer => _values.Pointer + _offset;

    /// <summary>Floats from the first neuron's first lane to the last one's last.</summary>
    internal long Floats => (long)Neurons * Stride * (IsGrouped ? (Capacity + GroupLanes - 1) / GroupLanes : 1);

    /// <summary>Bytes held.</summary>
    public long Bytes => _isView ? 0 : _values.Bytes;

    /// <summary>
    /// What to take one by one where work on this one and <paramref name="other"/>, of the same batch, goes sample by sample: if either is
    /// grouped every group of samples as a matrix that is no owner, without those beyond the batch; else this one whole.
    /// </summary>
    internal ArraySegment<ActivationMatrix> PartsWith(ActivationMatrix other)
    {
        var lanes = Math.Max(GroupLanes, other.GroupLanes);
        return lanes == 0 ? _self : new ArraySegment<ActivationMatrix>(Groups(lanes), 0, (Batch + lanes - 1) / lanes);
    }

    /// <summary>The samples of one neuron; not of a grouped matrix.</summary>
    /// <exception cref="InvalidOperationException">The matrix is grouped.</exception>
    public Span<float> Row(int neuron)
    {
        CheckPlain();
        return _values.Slice(_offset + (long)neuron * Stride, Batch);
    }

    /// <summary>One number.</summary>
    public ref float this[int neuron, int sample]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)neuron, (uint)Neurons, nameof(neuron));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sample, (uint)Batch, nameof(sample));
            return ref Pointer[(long)neuron * Stride + LaneOffset(sample)];
        }
    }

    /// <summary>From the first neuron's first lane to its lane <paramref name="lane"/>, in floats.</summary>
    internal nint LaneOffset(int lane) => IsGrouped ? (nint)(lane / GroupLanes) * Neurons * GroupLanes + lane % GroupLanes : lane;

    /// <summary>Uses the first <paramref name="batch"/> samples from now on; the lanes beyond them become zero.</summary>
    public void SetBatch(int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, Capacity);
        var isLess = batch < Batch;
        Batch = batch;
        for (var group = 0; group < _grouping?.Matrices.Length; group++)
            _grouping.Matrices[group].Batch = BatchOf(group, _grouping.Lanes);
        if (isLess) ClearPadding(0, Neurons);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isView) _values.Dispose();
    }

    /// <summary>Sets neurons <paramref name="first"/> to <paramref name="end"/> - 1 to 0; not of a grouped matrix.</summary>
    internal void Clear(long first, long end)
    {
        CheckPlain();
        if (Capacity == Stride)
        {
            NativeMemory.Clear(Pointer + first * Stride, (nuint)((end - first) * Stride * sizeof(float)));
            return;
        }
        for (var neuron = first; neuron < end; neuron++) new Span<float>(Pointer + neuron * Stride, Capacity).Clear();
    }

    /// <summary>Sets the lanes beyond the batch to 0, for neurons <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    internal void ClearPadding(long first, long end)
    {
        if (IsGrouped)
        {
            foreach (var group in Groups(GroupLanes)) group.ClearPadding(first, end);
            return;
        }
        if (Batch == Stride) return;
        for (var neuron = first; neuron < end; neuron++) new Span<float>(Pointer + neuron * Stride + Batch, Stride - Batch).Clear();
    }

    /// <summary>
    /// The same memory, with every <paramref name="together"/> neurons in a row as one neuron whose samples are all their lanes, those
    /// beyond the batch among them. It is no owner, and <see cref="Batch"/> stays what it is.
    /// </summary>
    internal ActivationMatrix Joined(int together)
    {
        CheckPlain();
        return new(this, 0, Neurons / together, checked(together * Stride), checked(together * Stride));
    }

    /// <summary>
    /// The memory of <paramref name="count"/> lanes of all neurons from lane <paramref name="first"/> on. It is no owner.
    /// </summary>
    internal ActivationMatrix Lanes(int first, int count)
    {
        CheckPlain();
        return new(this, first, Neurons, Stride, count);
    }

    /// <summary>
    /// The memory of <paramref name="count"/> neurons from <paramref name="first"/> on. It is no owner, and has a batch of its own.
    /// </summary>
    internal ActivationMatrix Slice(int first, int count)
    {
        CheckPlain();
        return new(this, (long)first * Stride, count, Stride, Batch) { Capacity = Capacity };
    }

    // Below a cache line the next power of two from 4 on: a whole vector of some width a neuron, but for one sample. Else whole cache lines, an odd number of them: a
    // power of two would map a batch tile of all neurons to a few sets of the first-level cache.
    internal static int StrideFor(int capacity)
    {
        if (capacity <= LineLanes) return capacity == 1 ? 1 : Math.Max(4, (int)BitOperations.RoundUpToPowerOf2((uint)capacity));
        var lines = (capacity + LineLanes - 1) / LineLanes;
        return (lines | 1) * LineLanes;
    }

    // Beyond the capacity there are lanes to fill the last group: they are in no batch. Threads may come here at once: what one makes is
    // complete before others see it.
    private ActivationMatrix[] Groups(int lanes)
    {
        if (_grouping is { } known && known.Lanes == lanes) return known.Matrices;
        var groups = new ActivationMatrix[(Capacity + lanes - 1) / lanes];
        for (var group = 0; group < groups.Length; group++)
            groups[group] = new(this, LaneOffset(group * lanes), Neurons, Stride, BatchOf(group, lanes)) { Capacity = Math.Min(lanes, Stride) };
        Volatile.Write(ref _grouping, new(lanes, groups));
        return groups;
    }

    private int BatchOf(int group, int lanes) => Math.Clamp(Batch - group * lanes, 0, lanes);

    private void CheckPlain()
    {
        if (IsGrouped) throw new InvalidOperationException("the samples of a neuron are in groups");
    }

    private sealed record Grouping(int Lanes, ActivationMatrix[] Matrices);
}
