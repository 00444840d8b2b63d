using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>Samples with targets that a batch can be taken from. Reading is safe from many threads at once.</summary>
public abstract class Dataset : IDisposable
{
    private string? _contentHash;

    /// <summary>Name for messages: the file or generator it came from.</summary>
    public required string Name { get; init; }

    /// <summary>Number of samples, N.</summary>
    public int SampleCount => Targets.SampleCount;

    /// <summary>Number of features of a sample, n0.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>What a network should say of the samples.</summary>
    public required Targets Targets { get; init; }

    /// <summary>Number of classes of data with classes; labels are 0 to ClassCount - 1.</summary>
    /// <exception cref="InvalidInputException">The samples have other targets.</exception>
    public int ClassCount => Classes.Count;

    /// <summary>Class of every sample of data with classes.</summary>
    /// <exception cref="InvalidInputException">The samples have other targets.</exception>
    public int[] Labels => Classes.Labels;

    /// <summary>Name of every class of data with classes, if they have names.</summary>
    /// <exception cref="InvalidInputException">The samples have other targets.</exception>
    public IReadOnlyList<string>? ClassNames => Classes.Names;

    /// <summary>Whether the targets are known; if not, all are 0.</summary>
    public bool IsLabelled => Targets.AreKnown;

    /// <summary>How the features are laid out as an image, if they are one.</summary>
    public ImageShape? ImageShape { get; init; }

    /// <summary>The columns of the table that the samples are; null for other data.</summary>
    public TableLayout? Table { get; internal set; }

    /// <summary>Name of every sample, where each is a file of its own; else null.</summary>
    public IReadOnlyList<string>? SampleNames { get; init; }

    /// <summary>What is applied to the features when a batch is filled; null while they are as they were read.</summary>
    public Standardization? Standardization { get; private set; }

    /// <summary>Bytes held by the samples and their targets.</summary>
    public abstract long Bytes { get; }

    /// <summary>
    /// SHA-256 (64 hexadecimal digits) of everything that a batch depends on: samples, targets, standardisation. Nodes that train
    /// together compare it. The name is not part of it, so that the same data may lie in different places.
    /// </summary>
    public string ContentHash => _contentHash ??= ComputeContentHash();

    /// <summary>
    /// Writes samples <paramref name="samples"/> to <paramref name="batch"/> (FeatureCount x samples.Length, standardised), after setting
    /// its batch size. <paramref name="augmentation"/>, if given, is where the places of the batch take their random streams
    /// for augmentation from; without it samples are as they are.
    /// </summary>
    internal void FillBatch(ReadOnlySpan<int> samples, ActivationMatrix batch, RandomSource? augmentation = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.SetBatch(samples.Length);
        FillPart(samples, batch, 0, augmentation);
    }

    /// <summary>
    /// Writes samples <paramref name="samples"/>, as <see cref="FillBatch"/> does, to places <paramref name="first"/> and after of a
    /// <paramref name="batch"/> whose size is set: the other places are for other threads or data sets.
    /// </summary>
    internal void FillPart(ReadOnlySpan<int> samples, ActivationMatrix batch, int first, RandomSource? augmentation = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNotEqual(batch.Neurons, FeatureCount);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + samples.Length, batch.Batch, nameof(first));
        CheckSamples(samples);
        Fill(samples, batch, first, augmentation);
    }

    /// <summary>A data set of its own that holds <paramref name="samples"/> of this one, in that order.</summary>
    public abstract Dataset Select(ReadOnlySpan<int> samples);

    /// <summary>
    /// Applies <paramref name="standardization"/> (the training set's) to every batch from now on; call it before the data is shared.
    /// </summary>
    /// <exception cref="ArgumentException">It was measured on data with another number of features.</exception>
    internal void Standardize(Standardization? standardization)
    {
        if (standardization is not null && standardization.FeatureCount != FeatureCount)
            throw new ArgumentException($"the standardisation has {standardization.FeatureCount} features; {Name} has {FeatureCount}");
        Standardization = standardization;
        _contentHash = null;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>
    /// Writes samples that exist to a batch that has room for them from <paramref name="first"/> on; see <see cref="FillBatch"/>.
    /// </summary>
    internal abstract void Fill(ReadOnlySpan<int> samples, ActivationMatrix batch, int first, RandomSource? augmentation);

    /// <summary>Adds the stored samples to <paramref name="hash"/>.</summary>
    internal abstract void AppendSamples(IncrementalHash hash);

    /// <summary>Adds all bytes of <paramref name="buffer"/> to <paramref name="hash"/>.</summary>
    internal static unsafe void Append<T>(IncrementalHash hash, NativeBuffer<T> buffer) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(buffer);
        const long ChunkBytes = 1 << 30;
        for (long offset = 0; offset < buffer.Bytes; offset += ChunkBytes)
            hash.AppendData(new ReadOnlySpan<byte>((byte*)buffer.Pointer + offset, (int)Math.Min(ChunkBytes, buffer.Bytes - offset)));
    }

    /// <summary>The names of <paramref name="samples"/>.</summary>
    internal IReadOnlyList<string>? SelectNames(ReadOnlySpan<int> samples)
    {
        if (SampleNames is not { } all) return null;
        var names = new string[samples.Length];
        for (var index = 0; index < names.Length; index++) names[index] = all[samples[index]];
        return names;
    }

    private void CheckSamples(ReadOnlySpan<int> samples)
    {
        foreach (var sample in samples)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sample, (uint)SampleCount, nameof(samples));
    }

    private ClassTargets Classes => Targets as ClassTargets
        ?? throw new InvalidInputException($"{Name} has {Targets.Describe()}; expected classes");

    private string ComputeContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{GetType().Name} {SampleCount} {FeatureCount} {Targets.Count} {ImageShape} {string.Join('\n', Targets.Names ?? [])}\0")));
        Targets.AppendTo(hash);
        AppendSamples(hash);
        if (Standardization is { } standardization)
        {
            hash.AppendData(MemoryMarshal.AsBytes(standardization.Means.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(standardization.Deviations.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
