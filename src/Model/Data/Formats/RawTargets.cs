namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Targets of any kind as a file gives them. Which class or label a text stands for is settled by a <see cref="TargetEncoder"/>, from the
/// training set alone.
/// </summary>
internal sealed class RawTargets
{
    private readonly List<int> _starts = [0];
    private int _unknownCount;

    /// <summary>None yet; <paramref name="names"/> are those of real targets, or of labels that have a column each.</summary>
    internal RawTargets(string path, TargetKind kind, IReadOnlyList<string>? names = null)
    {
        Kind = kind;
        Names = names;
        Labels = new(path);
    }

    private RawTargets(TargetKind kind, RawLabels labels) => (Kind, Labels) = (kind, labels);

    /// <summary>A class for every sample, known by the format's definition or as texts.</summary>
    internal static RawTargets Of(RawLabels labels) => new(TargetKind.Classes, labels);

    /// <summary>Those of samples that have none.</summary>
    internal static RawTargets Unknown(string path, TargetKind kind, int sampleCount) =>
        new(path, kind) { AreKnown = false, _unknownCount = sampleCount };

    /// <summary>What the samples have.</summary>
    internal TargetKind Kind { get; }

    /// <summary>Whether the file has targets.</summary>
    internal bool AreKnown { get; private init; } = true;

    /// <summary>Names of real targets, or of labels that have a column each; null where labels are texts.</summary>
    internal IReadOnlyList<string>? Names { get; }

    /// <summary>A label for every sample; or one after the other those of label sets.</summary>
    internal RawLabels Labels { get; }

    /// <summary>One after the other, the real targets of every sample, or the columns of its labels.</summary>
    internal List<float> Values { get; } = [];

    /// <summary>Where the labels of each sample begin; one more than samples.</summary>
    internal IReadOnlyList<int> Starts => _starts;

    /// <summary>Number of samples.</summary>
    internal int SampleCount => !AreKnown ? _unknownCount : Kind switch
    {
        TargetKind.Classes => Labels.SampleCount,
        TargetKind.Real => Values.Count / Names!.Count,
        _ => _starts.Count - 1,
    };

    /// <summary>Adds the labels of one sample by their columns.</summary>
    internal void AddColumns(ReadOnlySpan<float> row)
    {
        for (var column = 0; column < row.Length; column++)
            if (row[column] != 0) Values.Add(column);
        _starts.Add(Values.Count);
    }

    /// <summary>The labels of one sample have been added to <see cref="Labels"/>.</summary>
    internal void EndSet() => _starts.Add(Labels.SampleCount);
}
