using System.Text.Json.Nodes;
using ActorSparse.Host.Reports;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>evaluate: loss and measures on test samples, over all and of each class, real target or label.</summary>
internal static class EvaluateCommand
{
    private const int ConfusionClassesMax = 20;

    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        using var test = argument.LoadTest(argument.GivenTestFile());
        using var compute = TrainingSetup.Compute(argument.Settings);
        var evaluation = Evaluate(compute, argument.Checkpoint.Network, test);
        var curve = evaluation is ClassEvaluation ? CurveOf(compute, argument.Checkpoint.Network, test) : null;
        if (argument.Settings.Flag("json")) context.Output.WriteLine(HostJson.Line(Json(argument, test, evaluation, curve)));
        else Write(context.Output, test, evaluation, curve);
        return ExitCodes.Done;
    }

    public static Evaluation Evaluate(NetworkCompute compute, Network network, Dataset test)
    {
        if (!test.IsLabelled) throw new InvalidInputException($"{test.Name}: has no targets; expected some to measure predictions by");
        using var workspaces = new Workspaces(network.Spec);
        return Evaluator.Evaluate(compute, network, test, workspaces);
    }

    private static RocCurve CurveOf(NetworkCompute compute, Network network, Dataset test)
    {
        using var workspaces = new Workspaces(network.Spec);
        return RocCurve.Of(compute, network, test, workspaces);
    }

    private static void Write(TextWriter output, Dataset test, Evaluation evaluation, RocCurve? curve)
    {
        var area = curve?.Area is { } value ? $", AUC {EvaluationText.Format(value)}" : "";
        output.WriteLine($"{test.Name}: {EvaluationText.Line(evaluation)}{area}");
        TextTable.Write(output, EvaluationText.Table(evaluation, test.Targets.NameOf, curve));
        if (evaluation is not ClassEvaluation { ConfusionMatrix: var matrix } || matrix.GetLength(0) > ConfusionClassesMax) return;
        output.WriteLine();
        TextTable.Write(output, EvaluationText.Confusion(matrix, test.Targets.NameOf));
    }

    private static JsonObject Json(CheckpointArgument argument, Dataset test, Evaluation evaluation, RocCurve? curve)
    {
        var json = new JsonObject
        {
            ["checkpoint"] = argument.Path,
            ["data"] = test.Name,
            ["samples"] = evaluation.SampleCount,
            ["test_" + evaluation.ScoreKind.Key] = evaluation.Score,
            ["test_loss"] = evaluation.MeanLoss,
        };
        switch (evaluation)
        {
            case ClassEvaluation { ConfusionMatrix: var matrix } classes:
                json["test_auc"] = curve?.Area;
                json["classes"] = new JsonArray([.. Enumerable.Range(0, matrix.GetLength(0)).Select(label =>
                {
                    var entry = Json(test.Targets.NameOf(label), classes.Of(label));
                    entry["auc"] = curve?.Classes[label];
                    return entry;
                })]);
                json["confusion_matrix"] = new JsonArray([.. Enumerable.Range(0, matrix.GetLength(0)).Select(row => new JsonArray(
                    [.. Enumerable.Range(0, matrix.GetLength(1)).Select(column => JsonValue.Create(matrix[row, column]))]))]);
                break;
            case RealEvaluation real:
                json["targets"] = new JsonArray([.. real.Targets.Select((errors, target) => new JsonObject
                {
                    ["name"] = test.Targets.NameOf(target),
                    ["rmse"] = errors.RootMeanSquaredError,
                    ["mae"] = errors.MeanAbsoluteError,
                    ["r2"] = errors.R2,
                })]);
                break;
            case LabelEvaluation sets:
                json["labels"] = new JsonArray([.. sets.Labels.Select((counts, label) => Json(test.Targets.NameOf(label), counts))]);
                break;
        }
        ScoreColumns.AddFurther(json, evaluation.ScoreKind, evaluation.Further);
        return json;
    }

    private static JsonObject Json(string name, HitCounts counts) => new()
    {
        ["name"] = name,
        ["samples"] = counts.Actual,
        ["recall"] = counts.Recall,
        ["precision"] = counts.Precision,
        ["f1"] = counts.F1,
    };
}
