using System.Globalization;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Prediction;

/// <summary>
/// Predictions as lines of CSV: the class, and with it, if asked for, a column with the network's output for each class, under its name; or
/// a column for each real target, in the units of the data; or the labels, with commas between them, and a column with the probability of
/// each. Samples that are files have a column with their names.
/// </summary>
internal sealed class PredictionWriter(TextWriter writer, PredictedValues values, bool withOutputs, IReadOnlyList<string>? names = null)
    : IPredictionWriter
{
    /// <summary>The line with the names of the columns.</summary>
    public void Begin(int outputs)
    {
        var hasOutputs = values.Kind != TargetKind.Classes || withOutputs;
        var columns = Enumerable.Range(0, hasOutputs ? outputs : 0).Select(index => values.OutputName(index, outputs));
        var first = values.Kind switch { TargetKind.Real => (string[])[], TargetKind.LabelSets => ["labels"], _ => ["class"] };
        writer.Write($"sample,{(names is null ? "" : "file,")}{string.Join(',', first.Concat(columns).Select(Quote))}\n");
    }

    /// <summary>The line of one sample.</summary>
    public void Write(int sample, int predictedClass, ReadOnlySpan<float> outputs)
    {
        writer.Write(sample.ToString(CultureInfo.InvariantCulture));
        if (names is not null) Add(Quote(names[sample]));
        if (values.Kind == TargetKind.Classes) Add(Quote(values.ClassName(predictedClass)));
        if (values.Kind == TargetKind.LabelSets) Add(Quote(string.Join(',', values.Labels(outputs))));
        if (values.Kind != TargetKind.Classes || withOutputs)
            for (var index = 0; index < outputs.Length; index++)
                Add(values.Value(index, outputs[index]).ToString("R", CultureInfo.InvariantCulture));
        writer.Write('\n');
    }

    private void Add(string cell)
    {
        writer.Write(',');
        writer.Write(cell);
    }

    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(",\"\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
