namespace ActorSparse.Model.Data.Formats;

/// <summary>Turns targets as files give them into those of data sets, by the training set, so that all data sets agree.</summary>
internal sealed class TargetEncoder
{
    private readonly TargetKind _kind;
    private readonly LabelEncoder? _labels; // of classes, and of label sets whose labels are texts
    private readonly string _trainPath;

    /// <summary>
    /// Encodes as the <paramref name="training"/> set asks; <paramref name="classCount"/> is the given number of classes, if any.
    /// </summary>
    internal TargetEncoder(RawTargets training, int? classCount)
    {
        _kind = training.Kind;
        _trainPath = training.Labels.Path;
        if (_kind == TargetKind.LabelSets && training.Names is null && training.Labels.Values.Count == 0)
            throw new InvalidInputException($"{_trainPath}: no sample has a label; expected some");
        if (training.Names is null) _labels = new(training.Labels, _kind == TargetKind.Classes ? classCount : null);
        Names = training.Names ?? _labels!.ClassNames;
        Count = training.Names?.Count ?? _labels!.ClassCount;
    }

    /// <summary>Encodes as a trained network does.</summary>
    internal TargetEncoder(DataSchema schema)
    {
        _kind = schema.TargetKind;
        _trainPath = "the network";
        Names = schema.TargetNames ?? schema.ClassNames;
        Count = _kind == TargetKind.Classes ? schema.ClassCount : schema.TargetNames!.Count;
        if (_kind != TargetKind.Real) _labels = new(Count, Names);
    }

    /// <summary>Number of classes, real targets or labels.</summary>
    internal int Count { get; }

    /// <summary>Their names, if they have any.</summary>
    internal IReadOnlyList<string>? Names { get; }

    /// <summary>The targets of a data set; <paramref name="names"/> are those of its classes, if they are known otherwise.</summary>
    /// <exception cref="InvalidInputException">They are not those of the training set.</exception>
    internal Targets Encode(RawTargets raw, IReadOnlyList<string>? names)
    {
        if (raw.Kind != _kind)
            throw new InvalidInputException($"{raw.Labels.Path}: has other targets than {_trainPath}; expected the same");
        if (raw.Names is { } columns && columns.Count != Count)
            throw new InvalidInputException($"{raw.Labels.Path}: has {columns.Count} targets; expected {Count}, as {_trainPath} has");
        var known = raw.AreKnown;
        return _kind switch
        {
            TargetKind.Classes => new ClassTargets(known ? _labels!.Encode(raw.Labels) : new int[raw.SampleCount], Count)
                { Names = names, AreKnown = known },
            TargetKind.Real => new RealTargets(known ? [.. raw.Values] : new float[raw.SampleCount * Count], Count)
                { Names = Names, AreKnown = known },
            _ => new LabelSets(known ? [.. raw.Starts] : new int[raw.SampleCount + 1], Sets(raw), Count)
                { Names = Names, AreKnown = known },
        };
    }

    private int[] Sets(RawTargets raw) => !raw.AreKnown ? []
        : raw.Names is not null ? [.. raw.Values.Select(column => (int)column)] : _labels!.Encode(raw.Labels);
}
