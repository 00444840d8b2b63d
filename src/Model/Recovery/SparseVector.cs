namespace ActorSparse.Model.Recovery;

/// <summary>
/// A vector of which only some entries are stored: neuron by neuron, index = neuron * <see cref="BlockLength"/> + place. Entries that are
/// stored may be 0: they belong to the support. Immutable.
/// </summary>
internal sealed class SparseVector
{
    private readonly long[] _indices;
    private readonly double[] _values;

    /// <summary>Takes over the two arrays; <paramref name="indices"/> ascend.</summary>
    /// <exception cref="ArgumentException">They do not, or differ in length, or a value is not finite.</exception>
    public SparseVector(int blockLength, long[] indices, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockLength);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(values);
        if (indices.Length != values.Length) throw new ArgumentException($"{indices.Length} indices, {values.Length} values");
        (BlockLength, _indices, _values) = (blockLength, indices, values);
        var neurons = new List<int>();
        var starts = new List<int>();
        Places = new int[indices.Length];
        for (var entry = 0; entry < indices.Length; entry++)
        {
            if (indices[entry] < 0 || (entry > 0 && indices[entry] <= indices[entry - 1])) throw new ArgumentException("indices do not ascend");
            if (!double.IsFinite(values[entry])) throw new ArgumentException($"entry {indices[entry]} is not finite");
            var neuron = checked((int)(indices[entry] / blockLength));
            Places[entry] = (int)(indices[entry] % blockLength);
            if (neurons.Count > 0 && neurons[^1] == neuron) continue;
            neurons.Add(neuron);
            starts.Add(entry);
        }
        starts.Add(indices.Length);
        (Neurons, Starts) = ([.. neurons], [.. starts]);
    }

    /// <summary>Entries of a neuron's block.</summary>
    public int BlockLength { get; }

    /// <summary>Stored entries.</summary>
    public int Count => _indices.Length;

    /// <summary>Index of every stored entry, ascending. Read only.</summary>
    public ReadOnlySpan<long> Indices => _indices;

    /// <summary>Value of every stored entry. Read only.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Neurons that have stored entries, ascending. Read only.</summary>
    public int[] Neurons { get; }

    /// <summary>Where the entries of each of <see cref="Neurons"/> begin, and the end of the last. Read only.</summary>
    public int[] Starts { get; }

    /// <summary>Place of every stored entry in its block. Read only.</summary>
    public int[] Places { get; }

    /// <summary>No entries.</summary>
    public static SparseVector Empty(int blockLength) => new(blockLength, [], []);

    /// <summary>The entries of <paramref name="dense"/> that are not 0.</summary>
    public static SparseVector Of(int blockLength, ReadOnlySpan<double> dense)
    {
        var (indices, values) = (new List<long>(), new List<double>());
        for (var index = 0; index < dense.Length; index++)
        {
            if (dense[index] == 0) continue;
            indices.Add(index);
            values.Add(dense[index]);
        }
        return new(blockLength, [.. indices], [.. values]);
    }

    /// <summary>The same support with other values, which it takes over.</summary>
    public SparseVector With(double[] values) => new(BlockLength, _indices, values);

    /// <summary>Where the entry of <paramref name="index"/> is stored, or a negative number.</summary>
    public int Find(long index) => Array.BinarySearch(_indices, index);

    /// <summary>Which of <see cref="Neurons"/> the neuron is, or a negative number.</summary>
    public int FindNeuron(int neuron) => Array.BinarySearch(Neurons, neuron);

    /// <summary>The value of an entry, stored or not.</summary>
    public double this[long index] => Find(index) is >= 0 and var entry ? _values[entry] : 0;

    /// <summary>Whether <paramref name="other"/> has the same entries with the same values, bit for bit.</summary>
    public bool IsSame(SparseVector other) =>
        ReferenceEquals(this, other)
        || BlockLength == other.BlockLength && Indices.SequenceEqual(other.Indices) && Values.SequenceEqual(other.Values);
}
