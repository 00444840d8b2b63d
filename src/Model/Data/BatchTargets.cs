namespace ActorSparse.Model.Data;

/// <summary>What a network should say of the samples of one batch: a class of each, or a value of every output for each.</summary>
internal readonly ref struct BatchTargets
{
    /// <summary>A class for each sample.</summary>
    public BatchTargets(ReadOnlySpan<int> labels)
    {
        Labels = labels;
        SampleCount = labels.Length;
    }

    /// <summary>Values for the first output, one a sample, then for the next: nL x B.</summary>
    public BatchTargets(ReadOnlySpan<float> values, int sampleCount)
    {
        Values = values;
        SampleCount = sampleCount;
    }

    /// <summary>Number of samples, B.</summary>
    public int SampleCount { get; }

    /// <summary>Whether samples have classes; else they have values.</summary>
    public bool AreClasses => Values.IsEmpty;

    /// <summary>Class of each sample.</summary>
    public ReadOnlySpan<int> Labels { get; }

    /// <summary>Value of every output for each sample (nL x B); real targets are standardised, a label is 0 or 1.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>The values of one output, one a sample.</summary>
    public ReadOnlySpan<float> Row(int output) => Values.Slice(output * SampleCount, SampleCount);

    /// <summary>A class for each sample.</summary>
    public static implicit operator BatchTargets(ReadOnlySpan<int> labels) => new(labels);

    /// <summary>A class for each sample.</summary>
    public static implicit operator BatchTargets(Span<int> labels) => new((ReadOnlySpan<int>)labels);

    /// <summary>A class for each sample.</summary>
    public static implicit operator BatchTargets(int[] labels) => new((ReadOnlySpan<int>)labels);
}
