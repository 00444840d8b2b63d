using System.Globalization;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Reports;

/// <summary>An evaluation in words and as a table.</summary>
internal static class EvaluationText
{
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

    /// <summary>Header and rows: one for each class, real target or label, which <paramref name="nameOf"/> names.</summary>
    public static IReadOnlyList<string[]> Table(Evaluation evaluation, Func<int, string> nameOf) => evaluation switch
    {
        RealEvaluation real => [["target", "RMSE", "MAE", "R2"], .. real.Targets.Select((errors, target) => (string[])[
            nameOf(target), Format(errors.RootMeanSquaredError, "G5"), Format(errors.MeanAbsoluteError, "G5"),
            Format(errors.R2, "0.0000")])],
        LabelEvaluation labels => [["label", "samples", "recall", "precision", "F1"], .. labels.Labels.Select((counts, label) =>
            (string[])[.. Row(nameOf(label), counts), Format(counts.F1, "0.0000")])],
        ClassEvaluation classes => [["class", "samples", "recall", "precision"],
            .. Enumerable.Range(0, classes.ConfusionMatrix.GetLength(0)).Select(label => Row(nameOf(label), classes.Of(label)))],
        _ => throw new ArgumentException("there is no table of such an evaluation", nameof(evaluation)),
    };

    private static string[] Row(string name, HitCounts counts) =>
        [name, counts.Actual.ToString("N0", s_culture), Format(counts.Recall, "0.0000"), Format(counts.Precision, "0.0000")];

    private static string Format(double? value, string format) => value?.ToString(format, s_culture) ?? "-";
}
