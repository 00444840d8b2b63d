using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Training;

/// <summary>
/// One worker's share of the training data, in whole batches (wasap specification, section 5), in a new random order every epoch. The order
/// is a pure function of the seed, the shard and the epoch, so that a run can go on from any batch. One shard of one is all the data.
/// </summary>
/// <remarks>
/// An epoch of all shards is floor(N / B) batches of B samples, so that every update weighs the same. The N mod B samples left over are
/// dealt to the shards too: each epoch leaves out others. If N is below B there is one batch of N. Not for sharing between threads.
/// </remarks>
internal sealed class DataShard
{
    private readonly RandomSource _random;
    private readonly int[] _samples;
    private readonly int[] _order;
    private int _orderEpoch = -1;

    /// <summary>Share <paramref name="index"/> of <paramref name="count"/> of <paramref name="sampleCount"/> samples.</summary>
    /// <exception cref="InvalidInputException">There are fewer batches than shards.</exception>
    public DataShard(int sampleCount, int batchSize, RandomSource random, int index = 0, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        _random = random;
        Index = index;
        BatchSize = Math.Min(batchSize, sampleCount);
        BatchCount = BatchesOf(sampleCount, batchSize, index, count);
        var batches = TotalBatches(sampleCount, batchSize);
        var spare = sampleCount - batches * BatchSize;
        var start = End(batches, count, index) * BatchSize + End(spare, count, index);
        var end = End(batches, count, index + 1) * BatchSize + End(spare, count, index + 1);
        // Data are often sorted by class: shards are cut from a random order.
        var all = new int[sampleCount];
        for (var sample = 0; sample < sampleCount; sample++) all[sample] = sample;
        random.Stream("shards").Shuffle<int>(all);
        _samples = all[start..end];
        _order = new int[_samples.Length];
    }

    /// <summary>Which share this is, counted from 0.</summary>
    public int Index { get; }

    /// <summary>Samples of a batch, B.</summary>
    public int BatchSize { get; }

    /// <summary>Batches of an epoch of this shard.</summary>
    public int BatchCount { get; }

    /// <summary>Samples that belong to this shard: its batches take BatchCount * BatchSize of them in an epoch.</summary>
    public int SampleCount => _samples.Length;

    /// <summary>Batches of an epoch of all shards together: the updates of an epoch.</summary>
    public static int TotalBatches(int sampleCount, int batchSize) => Math.Max(1, sampleCount / batchSize);

    /// <summary>Batches of an epoch of share <paramref name="index"/> of <paramref name="count"/>.</summary>
    /// <exception cref="InvalidInputException">There are fewer batches than shards.</exception>
    public static int BatchesOf(int sampleCount, int batchSize, int index, int count)
    {
        var batches = TotalBatches(sampleCount, batchSize);
        if (batches < count)
            throw new InvalidInputException(
                $"{sampleCount} training samples make {batches} batches of {Math.Min(batchSize, sampleCount)}; " +
                $"expected at least one for each of {count} workers");
        return End(batches, count, index + 1) - End(batches, count, index);
    }

    /// <summary>
    /// The samples of batch <paramref name="batch"/> of epoch <paramref name="epoch"/>, both counted from 0; valid until another epoch is
    /// asked for.
    /// </summary>
    public ReadOnlySpan<int> Batch(int epoch, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, BatchCount);
        if (epoch != _orderEpoch)
        {
            _samples.CopyTo(_order, 0);
            _random.Stream("shuffle", epoch, Index).Shuffle<int>(_order);
            _orderEpoch = epoch;
        }
        return _order.AsSpan(batch * BatchSize, BatchSize);
    }

    // Where the first so many of count shares of the items end.
    private static int End(int items, int count, int shares) => items / count * shares + Math.Min(items % count, shares);
}
