using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>Sparse samples in compressed sparse rows: a row per sample, features ascending in a row. Only a batch is ever dense.</summary>
public sealed unsafe class SparseDataset : Dataset
{
    private readonly NativeBuffer<long> _rowStarts;
    private readonly NativeBuffer<int> _columns;
    private readonly NativeBuffer<float> _values;

    /// <summary>
    /// Takes over the buffers: one row start more than samples, a feature index (ascending in each row) and a value per stored entry.
    /// </summary>
    /// <exception cref="ArgumentException">The arrays are not compressed sparse rows of that shape.</exception>
    [SetsRequiredMembers]
    public SparseDataset(string name, NativeBuffer<long> rowStarts, NativeBuffer<int> columns, NativeBuffer<float> values, int featureCount,
        Targets targets)
    {
        ArgumentNullException.ThrowIfNull(rowStarts);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        Name = name;
        FeatureCount = featureCount;
        Targets = targets;
        _rowStarts = rowStarts;
        _columns = columns;
        _values = values;
        Check();
    }

    /// <summary>Takes over the buffers, and a class for each sample.</summary>
    /// <exception cref="ArgumentException">The arrays are not compressed sparse rows of that shape.</exception>
    [SetsRequiredMembers]
    public SparseDataset(string name, NativeBuffer<long> rowStarts, NativeBuffer<int> columns, NativeBuffer<float> values, int featureCount,
        int[] labels, int classCount)
        : this(name, rowStarts, columns, values, featureCount, new ClassTargets(labels, classCount)) { }

    /// <inheritdoc/>
    public override int FeatureCount { get; }

    /// <summary>Number that the first feature had in the file, 0 or 1; here features count from 0.</summary>
    public int IndexBase { get; init; }

    /// <summary>Number of stored entries.</summary>
    public long EntryCount => _columns.Length;

    /// <inheritdoc/>
    public override long Bytes => _rowStarts.Bytes + _columns.Bytes + _values.Bytes + Targets.Bytes;

    /// <summary>Feature indices of one sample, ascending.</summary>
    public ReadOnlySpan<int> Columns(int sample) => _columns.Slice(_rowStarts[sample], RowLength(sample));

    /// <summary>Values of one sample's stored features, as they were read.</summary>
    public ReadOnlySpan<float> Values(int sample) => _values.Slice(_rowStarts[sample], RowLength(sample));

    /// <inheritdoc/>
    public override Dataset Select(ReadOnlySpan<int> samples)
    {
        var rowStarts = new NativeBuffer<long>(samples.Length + 1L);
        for (var index = 0; index < samples.Length; index++)
            rowStarts[index + 1L] = rowStarts[index] + RowLength(samples[index]);
        var columns = new NativeBuffer<int>(rowStarts[samples.Length], zeroed: false);
        var values = new NativeBuffer<float>(rowStarts[samples.Length], zeroed: false);
        for (var index = 0; index < samples.Length; index++)
        {
            var length = RowLength(samples[index]);
            Columns(samples[index]).CopyTo(columns.Slice(rowStarts[index], length));
            Values(samples[index]).CopyTo(values.Slice(rowStarts[index], length));
        }
        var selected = new SparseDataset(Name, rowStarts, columns, values, FeatureCount, Targets.Select(samples))
            { ImageShape = ImageShape, IndexBase = IndexBase };
        selected.Standardize(Standardization);
        return selected;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _rowStarts.Dispose();
        _columns.Dispose();
        _values.Dispose();
    }

    /// <inheritdoc/>
    internal override void Fill(ReadOnlySpan<int> samples, ActivationMatrix batch, int first, RandomSource? augmentation)
    {
        float[]? means = Standardization?.Means, scales = Standardization?.InverseDeviations;
        for (var feature = 0; feature < FeatureCount; feature++)
            batch.Row(feature).Slice(first, samples.Length).Fill(means is null ? 0 : (0 - means[feature]) * scales![feature]);
        var target = batch.Pointer + first;
        for (var index = 0; index < samples.Length; index++)
        {
            var columns = Columns(samples[index]);
            var values = Values(samples[index]);
            for (var entry = 0; entry < columns.Length; entry++)
            {
                var feature = columns[entry];
                var value = values[entry];
                target[(long)feature * batch.Stride + index] = scales is null ? value : (value - means![feature]) * scales[feature];
            }
        }
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    internal override void AppendSamples(IncrementalHash hash)
    {
        Append(hash, _rowStarts);
        Append(hash, _columns);
        Append(hash, _values);
    }

    /// <summary>Mean and variance of every feature as it was read, the zeros that are not stored included.</summary>
    internal FeatureMoments[] Measure()
    {
        var counts = new int[FeatureCount];
        var means = new double[FeatureCount];
        var spreads = new double[FeatureCount];
        for (long entry = 0; entry < EntryCount; entry++)
        {
            var feature = _columns[entry];
            var delta = _values[entry] - means[feature];
            means[feature] += delta / ++counts[feature];
            spreads[feature] += delta * (_values[entry] - means[feature]);
        }
        // The stored entries (Welford) and the zeros are merged as two samples: Chan, Golub, LeVeque (1979), "Updating Formulae".
        var moments = new FeatureMoments[FeatureCount];
        double total = SampleCount;
        for (var feature = 0; feature < FeatureCount; feature++)
        {
            var stored = counts[feature] / total;
            var variance = spreads[feature] / total + means[feature] * means[feature] * stored * (1 - stored);
            moments[feature] = new(means[feature] * stored, variance, stored);
        }
        return moments;
    }

    private int RowLength(int sample) => (int)(_rowStarts[sample + 1L] - _rowStarts[sample]);

    private void Check()
    {
        if (_rowStarts.Length != SampleCount + 1L || _rowStarts[0] != 0 || _rowStarts[SampleCount] != _columns.Length
            || _values.Length != _columns.Length)
            throw new ArgumentException("row starts must be one more than samples, begin with 0 and end with the number of entries");
        for (var sample = 0; sample < SampleCount; sample++)
        {
            if (_rowStarts[sample] > _rowStarts[sample + 1L] || _rowStarts[sample + 1L] > EntryCount)
                throw new ArgumentException($"row starts do not ascend within 0..{EntryCount} at sample {sample}");
            var previous = -1;
            foreach (var column in Columns(sample))
            {
                if (column <= previous || column >= FeatureCount)
                    throw new ArgumentException($"features of sample {sample} are not ascending within 0..{FeatureCount - 1}");
                previous = column;
            }
        }
    }
}
