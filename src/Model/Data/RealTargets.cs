using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ActorSparse.Model.Data;

/// <summary>
/// One or more real numbers for every sample. Networks are trained on them standardised, so that a target's unit matters neither to the
/// learning rate nor beside other targets; what is measured and predicted is in the units of the data.
/// </summary>
public sealed class RealTargets : Targets
{
    /// <summary>Takes over <paramref name="values"/>: <paramref name="count"/> numbers a sample, sample by sample.</summary>
    public RealTargets(float[] values, int count)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % count, 0, nameof(values));
        Values = values;
        Count = count;
    }

    /// <summary>The numbers as they were read (N x <see cref="Count"/>).</summary>
    public float[] Values { get; }

    /// <summary>The training set's mean and deviation of every target; null while they are as they were read.</summary>
    public Standardization? Standardization { get; private set; }

    /// <inheritdoc/>
    public override TargetKind Kind => TargetKind.Real;

    /// <inheritdoc/>
    public override int SampleCount => Values.Length / Count;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override long Bytes => (long)Values.Length * sizeof(float);

    /// <summary>
    /// What an error over all targets is measured in: with one target the data's own unit, with several, which may have different ones, the
    /// training set's deviations. As a factor on errors of standardised targets.
    /// </summary>
    public double Unit => Count == 1 && Standardization is { } standardization ? standardization.Deviations[0] : 1;

    /// <summary>Applies the training set's standardisation to every batch from now on; call it before the data is shared.</summary>
    internal void Standardize(Standardization? standardization)
    {
        if (standardization is not null && standardization.FeatureCount != Count)
            throw new ArgumentException($"the standardisation is of {standardization.FeatureCount} targets; there are {Count}");
        Standardization = standardization;
    }

    /// <summary>Mean and variance of every target.</summary>
    internal unsafe FeatureMoments[] Measure()
    {
        fixed (float* values = Values) return FeatureMoments.Of(values, SampleCount, Count);
    }

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<int> samples)
    {
        var values = new float[samples.Length * Count];
        for (var index = 0; index < samples.Length; index++)
            Values.AsSpan(samples[index] * Count, Count).CopyTo(values.AsSpan(index * Count));
        return new RealTargets(values, Count) { Names = Names, AreKnown = AreKnown, Standardization = Standardization };
    }

    /// <inheritdoc/>
    internal override BatchTargets Gather(ReadOnlySpan<int> samples, TargetBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var values = buffer.Values(Count, samples.Length);
        for (var target = 0; target < Count; target++)
        {
            var mean = Standardization?.Means[target] ?? 0;
            var scale = Standardization?.InverseDeviations[target] ?? 1;
            var row = values.Slice(target * samples.Length, samples.Length);
            for (var index = 0; index < samples.Length; index++) row[index] = (Values[samples[index] * Count + target] - mean) * scale;
        }
        return new(values, samples.Length);
    }

    private protected override string Noun => "real target";

    internal override void AppendTo(IncrementalHash hash)
    {
        hash.AppendData("real targets\0"u8);
        hash.AppendData(MemoryMarshal.AsBytes(Values.AsSpan()));
        if (Standardization is null) return;
        hash.AppendData(MemoryMarshal.AsBytes(Standardization.Means.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(Standardization.Deviations.AsSpan()));
    }
}
