using System.Globalization;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Reports;

/// <summary>An evaluation in words and as a table.</summary>
internal static class EvaluationText
{
    private const int ShortName = 6;
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>Score, loss and the other measures, in a line.</summary>
    public static string Line(Evaluation evaluation)
    {
        var kind = evaluation.ScoreKind;
        var detail = evaluation is ClassEvaluation classes
            ? string.Create(s_culture, $" ({classes.CorrectCount:N0} of {classes.SampleCount:N0})")
            : string.Create(s_culture, $" ({evaluation.SampleCount:N0} samples)");
        var further = kind.Further.Zip(evaluation.Further, (measure, value) => $", {measure.Name} {measure.Format(value)}");
        return string.Create(s_culture,
            $"{kind.Name} {kind.Format(evaluation.Score)}{detail}, loss {evaluation.MeanLoss:0.0000}{string.Concat(further)}");
    }

    /// <summary>
    /// Header and rows: one for each class, with its area of <paramref name="curve"/> if there is one, real target or label, which
    /// <paramref name="nameOf"/> names.
    /// </summary>
    public static IReadOnlyList<string[]> Table(Evaluation evaluation, Func<int, string> nameOf, RocCurve? curve = null) => evaluation switch
    {
        RealEvaluation real => [["target", "RMSE", "MAE", "R2"], .. real.Targets.Select((errors, target) => (string[])[
            nameOf(target), Format(errors.RootMeanSquaredError, "G5"), Format(errors.MeanAbsoluteError, "G5"),
            Format(errors.R2)])],
        LabelEvaluation labels => [["label", "samples", "recall", "precision", "F1"], .. labels.Labels.Select((counts, label) =>
            (string[])[.. Row(nameOf(label), counts)])],
        ClassEvaluation classes => [["class", "samples", "recall", "precision", "F1", .. curve is null ? (string[])[] : ["AUC"]],
            .. Enumerable.Range(0, classes.ConfusionMatrix.GetLength(0)).Select(label => (string[])[
                .. Row(nameOf(label), classes.Of(label)), .. curve is null ? (string[])[] : [Format(curve.Classes[label])]])],
        _ => throw new ArgumentException("there is no table of such an evaluation", nameof(evaluation)),
    };

    private static string[] Row(string name, HitCounts counts) =>
        [name, counts.Actual.ToString("N0", s_culture), Format(counts.Recall), Format(counts.Precision), Format(counts.F1)];

    /// <summary>
    /// Header and rows: samples by actual class (row) and predicted class (column). Columns are numbered where names are long.
    /// </summary>
    public static IReadOnlyList<string[]> Confusion(int[,] matrix, Func<int, string> nameOf)
    {
        int[] labels = [.. Enumerable.Range(0, matrix.GetLength(0))];
        var isShort = labels.All(label => nameOf(label).Length <= ShortName);
        return [[isShort ? "actual \\ predicted" : "actual \\ predicted, by number", .. labels.Select(label => isShort ? nameOf(label) : Number(label))],
            .. labels.Select(row => (string[])[isShort ? nameOf(row) : $"{Number(row)} {nameOf(row)}",
                .. labels.Select(column => matrix[row, column].ToString("N0", s_culture))])];

        static string Number(int label) => label.ToString(s_culture);
    }

    /// <summary>A value as it is shown; - for none.</summary>
    public static string Format(double? value, string format = "0.0000") => value?.ToString(format, s_culture) ?? "-";
}
