using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Recovery;

/// <summary>
/// Samples with real targets, laid out for products with one feature of many samples: tile by tile, feature by feature. Features are single
/// precision, targets double.
/// </summary>
internal sealed unsafe class RecoveryData : IDisposable
{
    private readonly NativeBuffer<float> _features;
    private readonly NativeBuffer<double> _targets;

    /// <summary>Room for samples that are all 0.</summary>
    public RecoveryData(int sampleCount, int featureCount, int outputCount = 1, int chunkTiles = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputCount);
        Chunks = new(sampleCount, chunkTiles);
        (FeatureCount, OutputCount) = (featureCount, outputCount);
        _features = new((long)Chunks.TileCount * featureCount * TileKernels.Lanes);
        _targets = new((long)Chunks.TileCount * outputCount * TileKernels.Lanes);
    }

    /// <summary>How samples are put together.</summary>
    public SampleChunks Chunks { get; }

    /// <summary>Number of samples, n.</summary>
    public int SampleCount => Chunks.SampleCount;

    /// <summary>Features of a sample, d, the constant 1 of a bias included.</summary>
    public int FeatureCount { get; }

    /// <summary>Targets of a sample, k.</summary>
    public int OutputCount { get; }

    /// <summary>Bytes held.</summary>
    public long Bytes => _features.Bytes + _targets.Bytes;

    /// <summary>The features of a tile: a row of <see cref="TileKernels.Lanes"/> samples for each.</summary>
    public float* Tile(int tile) => _features.Pointer + (long)tile * FeatureCount * TileKernels.Lanes;

    /// <summary>The targets of a tile: a row of <see cref="TileKernels.Lanes"/> samples for each output.</summary>
    public double* Targets(int tile) => _targets.Pointer + (long)tile * OutputCount * TileKernels.Lanes;

    /// <summary>Lanes of a tile that are computed.</summary>
    public int LanesOf(int tile) => (Chunks.SamplesOfTile(tile) + TileKernels.LaneStep - 1) / TileKernels.LaneStep * TileKernels.LaneStep;

    /// <summary>One feature of one sample.</summary>
    public ref float Feature(int sample, int feature) =>
        ref Tile(sample / TileKernels.Lanes)[(long)feature * TileKernels.Lanes + sample % TileKernels.Lanes];

    /// <summary>One target of one sample.</summary>
    public ref double Target(int sample, int output = 0) =>
        ref Targets(sample / TileKernels.Lanes)[output * TileKernels.Lanes + sample % TileKernels.Lanes];

    /// <summary>The largest magnitude of a target.</summary>
    public double LargestTarget()
    {
        double largest = 0;
        for (long index = 0; index < _targets.Length; index++) largest = Math.Max(largest, Math.Abs(_targets[index]));
        return largest;
    }

    /// <summary>The sum of the squares of all targets.</summary>
    public double TargetSquares()
    {
        double sum = 0;
        for (long index = 0; index < _targets.Length; index++) sum += _targets[index] * _targets[index];
        return sum;
    }

    /// <summary>The first 64 bits of SHA-256 of all features and targets.</summary>
    public ulong ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var tile = 0; tile < Chunks.TileCount; tile++)
        {
            hash.AppendData(new ReadOnlySpan<byte>(Tile(tile), FeatureCount * TileKernels.Lanes * sizeof(float)));
            hash.AppendData(new ReadOnlySpan<byte>(Targets(tile), OutputCount * TileKernels.Lanes * sizeof(double)));
        }
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>
    /// The samples of <paramref name="dataset"/>, standardised as it says, with a constant 1 as the last feature if
    /// <paramref name="withBias"/>. Real targets are standardised too; two classes are the numbers 0 and 1, more are one number each, 1 for
    /// the sample's own.
    /// </summary>
    /// <param name="dataset">Samples with classes or real targets.</param>
    /// <param name="withBias">Whether to add the constant.</param>
    /// <param name="order">The samples, in the order in which they are put into chunks; null: as they come.</param>
    /// <param name="chunkTiles">Tiles of a chunk; 0: as few as there may be.</param>
    /// <exception cref="InvalidInputException">The targets are of another kind.</exception>
    public static RecoveryData Of(Dataset dataset, bool withBias, int[]? order = null, int chunkTiles = 0)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (dataset.Targets is LabelSets)
            throw new InvalidInputException($"{dataset.Name} has {dataset.Targets.Describe()}; expected classes or real targets");
        var (samples, features) = (dataset.SampleCount, dataset.FeatureCount);
        var data = new RecoveryData(samples, features + (withBias ? 1 : 0), OutputsOf(dataset.Targets), chunkTiles);
        using var batch = new ActivationMatrix(features, TileKernels.Lanes);
        var members = new int[TileKernels.Lanes];
        for (var tile = 0; tile < data.Chunks.TileCount; tile++)
        {
            var count = data.Chunks.SamplesOfTile(tile);
            for (var lane = 0; lane < count; lane++)
            {
                var place = tile * TileKernels.Lanes + lane;
                members[lane] = order is null ? place : order[place];
            }
            dataset.FillBatch(members.AsSpan(0, count), batch);
            var target = data.Tile(tile);
            for (var feature = 0; feature < features; feature++)
                new ReadOnlySpan<float>(batch.Pointer + (long)feature * batch.Stride, count).CopyTo(new(target + (long)feature * TileKernels.Lanes, count));
            if (withBias) new Span<float>(target + (long)features * TileKernels.Lanes, count).Fill(1);
            for (var lane = 0; lane < count; lane++) data.SetTargets(tile * TileKernels.Lanes + lane, dataset.Targets, members[lane]);
        }
        return data;
    }

    /// <summary>Outputs that a network for these targets has: one for a real target or two classes.</summary>
    public static int OutputsOf(Targets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return targets is ClassTargets { Count: <= 2 } ? 1 : targets.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _features.Dispose();
        _targets.Dispose();
    }

    private void SetTargets(int place, Targets targets, int sample)
    {
        if (targets is ClassTargets classes)
        {
            if (OutputCount == 1) Target(place) = classes.Labels[sample];
            else Target(place, classes.Labels[sample]) = 1;
            return;
        }
        var real = (RealTargets)targets;
        for (var output = 0; output < OutputCount; output++)
        {
            double value = real.Values[(long)sample * OutputCount + output];
            Target(place, output) = real.Standardization is { } scale ? (value - scale.Means[output]) / scale.Deviations[output] : value;
        }
    }
}
