using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ActorSparse.Model.Data;

/// <summary>A set of labels for every sample, stored as the labels that it has: most samples have few of many.</summary>
public sealed class LabelSets : Targets
{
    private readonly int[] _starts, _labels;

    /// <summary>
    /// Takes over the arrays: where the labels of each sample begin (N + 1), and the labels, each 0 to <paramref name="count"/> - 1.
    /// </summary>
    /// <exception cref="ArgumentException">They are no such sets.</exception>
    public LabelSets(int[] starts, int[] labels, int count)
    {
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (starts.Length == 0 || starts[0] != 0 || starts[^1] != labels.Length)
            throw new ArgumentException("starts must be one more than samples, begin with 0 and end with the number of labels");
        for (var sample = 0; sample + 1 < starts.Length; sample++)
            if (starts[sample] > starts[sample + 1]) throw new ArgumentException($"starts do not ascend at sample {sample}");
        foreach (var label in labels) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)count, nameof(labels));
        (_starts, _labels, Count) = (starts, labels, count);
    }

    /// <inheritdoc/>
    public override TargetKind Kind => TargetKind.LabelSets;

    /// <inheritdoc/>
    public override int SampleCount => _starts.Length - 1;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override long Bytes => ((long)_starts.Length + _labels.Length) * sizeof(int);

    /// <summary>The labels of one sample.</summary>
    public ReadOnlySpan<int> Of(int sample) => _labels.AsSpan(_starts[sample].._starts[sample + 1]);

    /// <summary>Number of samples that have each label.</summary>
    public int[] CountSamples()
    {
        var counts = new int[Count];
        foreach (var label in _labels) counts[label]++;
        return counts;
    }

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<int> samples)
    {
        var starts = new int[samples.Length + 1];
        var labels = new List<int>();
        for (var index = 0; index < samples.Length; index++)
        {
            labels.AddRange(Of(samples[index]));
            starts[index + 1] = labels.Count;
        }
        return new LabelSets(starts, [.. labels], Count) { Names = Names, AreKnown = AreKnown };
    }

    /// <inheritdoc/>
    internal override BatchTargets Gather(ReadOnlySpan<int> samples, TargetBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var values = buffer.Values(Count, samples.Length);
        values.Clear();
        for (var index = 0; index < samples.Length; index++)
            foreach (var label in Of(samples[index])) values[label * samples.Length + index] = 1;
        return new(values, samples.Length);
    }

    private protected override string Noun => "label";

    internal override void AppendTo(IncrementalHash hash)
    {
        hash.AppendData("label sets\0"u8);
        hash.AppendData(MemoryMarshal.AsBytes(_starts.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(_labels.AsSpan()));
    }
}
