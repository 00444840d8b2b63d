using ActorSparse.Model.Data;

namespace ActorSparse.Model.Training;

/// <summary>What a network's outputs mean by the schema of its data, whatever the format in which that is written.</summary>
internal sealed class PredictedValues(DataSchema schema)
{
    public TargetKind Kind => schema.TargetKind;

    /// <summary>Name of a class; its number if it has none.</summary>
    public string ClassName(int label) => Targets.NameOf(schema.ClassNames, label);

    /// <summary>What output <paramref name="index"/> of so many is for; a single one of classes is for the second.</summary>
    public string OutputName(int index, int outputs) =>
        Kind == TargetKind.Classes ? ClassName(outputs == 1 ? 1 : index) : schema.TargetNames![index];

    /// <summary>An output, a real target in the units of the data.</summary>
    public float Value(int index, float output) => (float)(schema.TargetStandardization?.Restore(index, output) ?? output);

    /// <summary>The labels that are predicted.</summary>
    public List<string> Labels(ReadOnlySpan<float> outputs)
    {
        var labels = new List<string>();
        for (var label = 0; label < outputs.Length; label++)
            if (Predictions.Has(outputs[label])) labels.Add(schema.TargetNames![label]);
        return labels;
    }

    /// <summary>All that there is to say of one sample.</summary>
    public Prediction Of(int label, ReadOnlySpan<float> outputs)
    {
        var named = new OrderedDictionary<string, float>(outputs.Length, StringComparer.Ordinal);
        for (var index = 0; index < outputs.Length; index++) named[OutputName(index, outputs.Length)] = Value(index, outputs[index]);
        return new()
        {
            Class = Kind == TargetKind.Classes ? ClassName(label) : null,
            ClassIndex = Kind == TargetKind.Classes ? label : null,
            Labels = Kind == TargetKind.LabelSets ? Labels(outputs) : null,
            Outputs = named,
        };
    }
}
