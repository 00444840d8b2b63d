using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>
/// Dense samples, sample-major (N x n0), as bytes (images: a quarter of the memory) or floats. Standardisation happens while a batch is
/// filled.
/// </summary>
public sealed unsafe class DenseDataset : Dataset
{
    private readonly NativeBuffer<byte>? _bytes;
    private readonly NativeBuffer<float>? _floats;
    private float[]? _zeros, _ones; // once they are needed

    /// <summary>Takes over <paramref name="values"/>, a row of <paramref name="featureCount"/> bytes a sample.</summary>
    [SetsRequiredMembers]
    public DenseDataset(string name, NativeBuffer<byte> values, int featureCount, Targets targets)
        : this(name, featureCount, targets, (values ?? throw new ArgumentNullException(nameof(values))).Length)
        => _bytes = values;

    /// <summary>Takes over <paramref name="values"/>, a row of <paramref name="featureCount"/> floats a sample.</summary>
    [SetsRequiredMembers]
    public DenseDataset(string name, NativeBuffer<float> values, int featureCount, Targets targets)
        : this(name, featureCount, targets, (values ?? throw new ArgumentNullException(nameof(values))).Length)
        => _floats = values;

    /// <summary>Takes over <paramref name="values"/>, a row of bytes a sample, and a class for each.</summary>
    [SetsRequiredMembers]
    public DenseDataset(string name, NativeBuffer<byte> values, int featureCount, int[] labels, int classCount)
        : this(name, values, featureCount, new ClassTargets(labels, classCount)) { }

    /// <summary>Takes over <paramref name="values"/>, a row of floats a sample, and a class for each.</summary>
    [SetsRequiredMembers]
    public DenseDataset(string name, NativeBuffer<float> values, int featureCount, int[] labels, int classCount)
        : this(name, values, featureCount, new ClassTargets(labels, classCount)) { }

    /// <summary>Copies <paramref name="values"/>, a row of <paramref name="featureCount"/> floats a sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many rows as targets.</exception>
    /// <exception cref="InvalidInputException">A value is not finite.</exception>
    public static DenseDataset CopyOf(string name, ReadOnlySpan<float> values, int featureCount, Targets targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)targets.SampleCount * featureCount);
        for (var index = 0; index < values.Length; index++)
            if (!float.IsFinite(values[index]))
                throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                    $"{name}: feature {index % featureCount} of sample {index / featureCount} (counted from 0) is {values[index]}; expected a finite number"));
        var buffer = new NativeBuffer<float>(values.Length, zeroed: false);
        values.CopyTo(buffer.Span);
        return new(name, buffer, featureCount, targets);
    }

    [SetsRequiredMembers]
    private DenseDataset(string name, int featureCount, Targets targets, long valueCount)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        ArgumentOutOfRangeException.ThrowIfNotEqual(valueCount, (long)targets.SampleCount * featureCount);
        Name = name;
        FeatureCount = featureCount;
        Targets = targets;
    }

    /// <inheritdoc/>
    public override int FeatureCount { get; }

    /// <summary>How images are varied when a batch is filled with a random stream; null for data that is not to be varied.</summary>
    public ImageAugmentation? Augmentation { get; init; }

    /// <inheritdoc/>
    public override long Bytes => (_bytes?.Bytes ?? _floats!.Bytes) + Targets.Bytes;

    /// <summary>One sample as it was read, neither standardised nor varied, into <paramref name="target"/> (n0).</summary>
    public void CopySample(int sample, Span<float> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sample, (uint)SampleCount, nameof(sample));
        var offset = (long)sample * FeatureCount;
        if (_floats is not null) _floats.Slice(offset, FeatureCount).CopyTo(target);
        else CopyBytes(_bytes!.Slice(offset, FeatureCount), target);
    }

    /// <summary>One feature of one sample as it was read.</summary>
    internal float Value(int sample, int feature)
    {
        var index = (long)sample * FeatureCount + feature;
        return _floats is not null ? _floats[index] : _bytes![index];
    }

    /// <summary>Puts what <paramref name="table"/> says in the place of values that lack (NaN); call it before the data is shared.</summary>
    internal void FillMissing(TableLayout table)
    {
        Table = table;
        if (_floats is null) return;
        float[] fills = [.. table.Columns.SelectMany(column => Enumerable.Repeat(column.Fill ?? float.NaN, column.FeatureCount))];
        for (long start = 0; start < _floats.Length; start += FeatureCount)
            for (var feature = 0; feature < FeatureCount; feature++)
                if (float.IsNaN(_floats.Pointer[start + feature])) _floats.Pointer[start + feature] = fills[feature];
    }

    /// <inheritdoc/>
    public override Dataset Select(ReadOnlySpan<int> samples)
    {
        var targets = Targets.Select(samples);
        var selected = _bytes is not null
            ? new DenseDataset(Name, SelectRows(_bytes, samples), FeatureCount, targets)
                { ImageShape = ImageShape, Table = Table, Augmentation = Augmentation, SampleNames = SelectNames(samples) }
            : new DenseDataset(Name, SelectRows(_floats!, samples), FeatureCount, targets)
                { ImageShape = ImageShape, Table = Table, Augmentation = Augmentation, SampleNames = SelectNames(samples) };
        selected.Standardize(Standardization);
        return selected;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _bytes?.Dispose();
        _floats?.Dispose();
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    internal override void Fill(ReadOnlySpan<int> samples, ActivationMatrix batch, int first, RandomSource? augmentation)
    {
        fixed (float* means = Standardization?.Means ?? (_zeros ??= new float[FeatureCount]),
            scales = Standardization?.InverseDeviations ?? (_ones ??= Ones()))
        {
            if (augmentation is not null && Augmentation is not null)
            {
                FillAugmented(samples, batch, first, means, scales, augmentation);
                return;
            }
            var rows = stackalloc void*[BatchTranspose.RowsMax];
            for (var start = 0; start < samples.Length; start += BatchTranspose.RowsMax)
            {
                var count = Math.Min(BatchTranspose.RowsMax, samples.Length - start);
                for (var row = 0; row < count; row++)
                {
                    var offset = (long)samples[start + row] * FeatureCount;
                    rows[row] = _bytes is not null ? _bytes.Pointer + offset : _floats!.Pointer + offset;
                }
                if (_bytes is not null)
                    BatchTranspose.Fill((byte**)rows, count, FeatureCount, means, scales, batch.Pointer + first + start, batch.Stride);
                else
                    BatchTranspose.Fill((float**)rows, count, FeatureCount, means, scales, batch.Pointer + first + start, batch.Stride);
            }
        }
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    internal override void AppendSamples(IncrementalHash hash)
    {
        if (_bytes is not null) Append(hash, _bytes);
        else Append(hash, _floats!);
        hash.AppendData(Encoding.UTF8.GetBytes(Augmentation?.Key ?? ""));
    }

    /// <summary>Mean and variance of every feature as it was read.</summary>
    internal FeatureMoments[] Measure() => _bytes is not null ? MeasureBytes(_bytes) : FeatureMoments.Of(_floats!.Pointer, SampleCount, FeatureCount);

    // Sums of bytes and of their squares are exact in integers.
    private FeatureMoments[] MeasureBytes(NativeBuffer<byte> values)
    {
        var sums = new long[FeatureCount];
        var squares = new long[FeatureCount];
        var pointer = values.Pointer;
        for (var sample = 0; sample < SampleCount; sample++, pointer += FeatureCount)
            for (var feature = 0; feature < FeatureCount; feature++)
            {
                long value = pointer[feature];
                sums[feature] += value;
                squares[feature] += value * value;
            }
        var moments = new FeatureMoments[FeatureCount];
        var count = (double)SampleCount;
        for (var feature = 0; feature < FeatureCount; feature++)
        {
            var spread = (Int128)SampleCount * squares[feature] - (Int128)sums[feature] * sums[feature];
            moments[feature] = new(sums[feature] / count, (double)spread / (count * count));
        }
        return moments;
    }

    private float[] Ones()
    {
        var ones = new float[FeatureCount];
        Array.Fill(ones, 1);
        return ones;
    }

    private static void CopyBytes(ReadOnlySpan<byte> source, Span<float> target)
    {
        var index = 0;
        for (; index <= source.Length - Vector128<byte>.Count; index += Vector128<byte>.Count)
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(source[index..]));
            var (first, second) = Vector128.Widen(lower);
            var (third, fourth) = Vector128.Widen(upper);
            var next = target[index..];
            Vector128.ConvertToSingle(first.AsInt32()).CopyTo(next);
            Vector128.ConvertToSingle(second.AsInt32()).CopyTo(next[4..]);
            Vector128.ConvertToSingle(third.AsInt32()).CopyTo(next[8..]);
            Vector128.ConvertToSingle(fourth.AsInt32()).CopyTo(next[12..]);
        }
        for (; index < source.Length; index++) target[index] = source[index];
    }

    private NativeBuffer<T> SelectRows<T>(NativeBuffer<T> values, ReadOnlySpan<int> samples) where T : unmanaged
    {
        var selected = new NativeBuffer<T>((long)samples.Length * FeatureCount, zeroed: false);
        for (var index = 0; index < samples.Length; index++)
            values.Slice((long)samples[index] * FeatureCount, FeatureCount)
                .CopyTo(selected.Slice((long)index * FeatureCount, FeatureCount));
        return selected;
    }

    // The images of one tile are varied into a scratch block, which is then transposed as floats.
    private void FillAugmented(ReadOnlySpan<int> samples, ActivationMatrix batch, int first, float* means, float* scales, RandomSource random)
    {
        const int ImagesPerBlock = 16;
        using var scratch = new NativeBuffer<float>((long)(ImagesPerBlock + 1) * FeatureCount, zeroed: false);
        var rows = stackalloc float*[ImagesPerBlock];
        var original = scratch.Pointer + (long)ImagesPerBlock * FeatureCount;
        for (var start = 0; start < samples.Length; start += ImagesPerBlock)
        {
            var count = Math.Min(ImagesPerBlock, samples.Length - start);
            for (var row = 0; row < count; row++)
            {
                rows[row] = scratch.Pointer + (long)row * FeatureCount;
                CopySample(samples[start + row], new(original, FeatureCount));
                // A stream for each place, so that threads can share a batch.
                var stream = random.Stream("image", first + start + row);
                Augmentation!.Apply(ImageShape!.Value, original, rows[row], means, stream);
            }
            BatchTranspose.Fill(rows, count, FeatureCount, means, scales, batch.Pointer + first + start, batch.Stride);
        }
    }
}
