using System.Text;

namespace ActorSparse.Model.Data;

/// <summary>Values that tables lack, and what takes their place: NaN until the training samples have settled it.</summary>
internal static class MissingValues
{
    private static readonly string[] s_names = ["", "na", "n/a", "nan", "null", "?"];

    /// <summary>Whether the field of a table says that there is no value.</summary>
    internal static bool Is(ReadOnlySpan<byte> field)
    {
        foreach (var name in s_names)
            if (name.Length == field.Length && Ascii.EqualsIgnoreCase(field, name)) return true;
        return false;
    }

    /// <summary>The layout of <paramref name="training"/> with what takes the place of a missing value in each column.</summary>
    /// <exception cref="InvalidInputException">A column has no values at all.</exception>
    internal static TableLayout Measure(DenseDataset training, TableLayout layout, MissingValueMode mode)
    {
        var columns = new FeatureColumn[layout.Columns.Count];
        var feature = 0;
        for (var index = 0; index < columns.Length; index++)
        {
            var column = layout.Columns[index];
            columns[index] = column with { Fill = column.Levels is null ? Fill(training, feature, column.Name ?? $"{index + 1}", mode) : 0 };
            feature += column.FeatureCount;
        }
        return layout with { Columns = columns };
    }

    private static float Fill(DenseDataset training, int feature, string name, MissingValueMode mode)
    {
        var values = Enumerable.Range(0, training.SampleCount).Select(sample => training.Value(sample, feature))
            .Where(value => !float.IsNaN(value)).ToArray();
        if (values.Length == 0)
            throw new InvalidInputException($"{training.Name}: column '{name}' has no value to train on; expected some (--ignore leaves it out)");
        if (mode == MissingValueMode.Mean) return (float)values.Average(value => (double)value);
        Array.Sort(values);
        return (float)(((double)values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2);
    }
}
