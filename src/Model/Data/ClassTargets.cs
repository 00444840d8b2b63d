using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ActorSparse.Model.Data;

/// <summary>A class for every sample.</summary>
public sealed class ClassTargets : Targets
{
    /// <summary>Takes over <paramref name="labels"/>: the class of every sample, 0 to <paramref name="classCount"/> - 1.</summary>
    public ClassTargets(int[] labels, int classCount)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classCount);
        Labels = labels;
        Count = classCount;
    }

    /// <summary>Class of every sample.</summary>
    public int[] Labels { get; }

    /// <inheritdoc/>
    public override TargetKind Kind => TargetKind.Classes;

    /// <inheritdoc/>
    public override int SampleCount => Labels.Length;

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override long Bytes => (long)Labels.Length * sizeof(int);

    /// <summary>Number of samples of every class.</summary>
    public int[] CountSamples()
    {
        var counts = new int[Count];
        foreach (var label in Labels) counts[label]++;
        return counts;
    }

    /// <inheritdoc/>
    public override Targets Select(ReadOnlySpan<int> samples)
    {
        var labels = new int[samples.Length];
        for (var index = 0; index < labels.Length; index++) labels[index] = Labels[samples[index]];
        return new ClassTargets(labels, Count) { Names = Names, AreKnown = AreKnown };
    }

    /// <inheritdoc/>
    internal override BatchTargets Gather(ReadOnlySpan<int> samples, TargetBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var labels = buffer.Labels(samples.Length);
        for (var index = 0; index < samples.Length; index++) labels[index] = Labels[samples[index]];
        return labels;
    }

    private protected override string Noun => "class";

    private protected override string Plural => "es";

    internal override void AppendTo(IncrementalHash hash) => hash.AppendData(MemoryMarshal.AsBytes(Labels.AsSpan()));
}
