using System.Globalization;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Progress;

/// <summary>
/// The line of an epoch, complete in itself, so that it reads the same in a log file as on a terminal; short where it would not fit.
/// </summary>
internal static class EpochLine
{
    /// <summary>What fits into 80 columns; the rest is in the row.</summary>
    public static string FormatShort(EpochMetrics row, int epochs)
    {
        ArgumentNullException.ThrowIfNull(row);
        var kind = row.ScoreKind;
        var score = row.TestScore is { } value ? $"{row.EvaluatedOn.Name()} {kind.Format(value)} (best {kind.Format(row.BestTestScore)})  " : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Begin(row, epochs)}{score}{row.SamplesPerSecond:N0}/s  {row.TrainSeconds + row.EvaluateSeconds + row.EvolveSeconds:0.0} s");
    }

    public static string Format(EpochMetrics row, int epochs)
    {
        ArgumentNullException.ThrowIfNull(row);
        var line = Begin(row, epochs);
        var kind = row.ScoreKind;
        if (row.TestScore is { } score) line += $"{row.EvaluatedOn.Name()} {kind.Name} {kind.Format(score)} (best {kind.Format(row.BestTestScore)})  ";
        // An accuracy speaks for itself.
        if (kind != ScoreKind.Accuracy && row.TestFurther is { } further)
            line += string.Concat(kind.Further.Zip(further, (measure, value) => $"{measure.Name} {measure.Format(value)}  "));
        line += string.Create(CultureInfo.InvariantCulture,
            $"{row.SamplesPerSecond:N0} samples/s  train {row.TrainSeconds:0.00} s  evaluate {row.EvaluateSeconds:0.00} s  connections " +
                $"{row.Connections.Sum(count => (long)count):N0}");
        if (row.WorkersAlive is { } workers)
            line += string.Create(CultureInfo.InvariantCulture,
                $"  phase {row.Phase}  workers {workers}  staleness {row.StalenessMean ?? 0:0.0}/{row.StalenessMax ?? 0}");
        return line;
    }

    private static string Begin(EpochMetrics row, int epochs)
    {
        var width = epochs.ToString(CultureInfo.InvariantCulture).Length;
        var epoch = row.Epoch.ToString(CultureInfo.InvariantCulture).PadLeft(width);
        return string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}/{epochs}  loss {row.Loss:0.0000}  ");
    }
}
