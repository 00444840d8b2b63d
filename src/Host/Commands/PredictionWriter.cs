using System.Globalization;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>
/// Predictions as lines of CSV: the class, and with it, if asked for, the network's outputs; or a column for each real target, in the units
/// of the data; or the labels, with commas between them, and a column with the probability of each. Samples that are files have a column with
/// their names.
/// </summary>
internal sealed class PredictionWriter(TextWriter writer, DataSchema schema, bool withOutputs, IReadOnlyList<string>? names = null)
{
    /// <summary>The line with the names of the columns, for a network of so many outputs.</summary>
    public void WriteHeader(int outputs)
    {
        var columns = schema.TargetKind switch
        {
            TargetKind.Real => schema.TargetNames!,
            TargetKind.LabelSets => ["labels", .. schema.TargetNames!],
            _ => (IEnumerable<string>)["class", .. Enumerable.Range(0, withOutputs ? outputs : 0).Select(index => $"output_{index}")],
        };
        writer.Write($"sample,{(names is null ? "" : "file,")}{string.Join(',', columns.Select(Quote))}\n");
    }

    /// <summary>The line of one sample.</summary>
    public void Write(int sample, int predictedClass, ReadOnlySpan<float> outputs)
    {
        writer.Write(sample.ToString(CultureInfo.InvariantCulture));
        if (names is not null) Add(Quote(names[sample]));
        if (schema.TargetKind == TargetKind.Classes)
            Add(schema.ClassNames is { } classes ? Quote(classes[predictedClass]) : predictedClass.ToString(CultureInfo.InvariantCulture));
        if (schema.TargetKind == TargetKind.LabelSets) Add(Quote(Labels(outputs)));
        if (schema.TargetKind != TargetKind.Classes || withOutputs)
            for (var index = 0; index < outputs.Length; index++)
                Add(((float)(schema.TargetStandardization?.Restore(index, outputs[index]) ?? outputs[index]))
                    .ToString("R", CultureInfo.InvariantCulture));
        writer.Write('\n');
    }

    private string Labels(ReadOnlySpan<float> outputs)
    {
        var labels = new List<string>();
        for (var label = 0; label < outputs.Length; label++)
            if (Predictions.Has(outputs[label])) labels.Add(schema.TargetNames![label]);
        return string.Join(',', labels);
    }

    private void Add(string cell)
    {
        writer.Write(',');
        writer.Write(cell);
    }

    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(",\"\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
