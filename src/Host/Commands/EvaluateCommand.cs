using System.Globalization;
using System.Text.Json.Nodes;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>evaluate: loss, accuracy and the accuracy of each class on test samples.</summary>
internal static class EvaluateCommand
{
    private const int BatchSize = 128;

    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        using var test = argument.LoadTest(argument.GivenTestFile());
        using var compute = TrainingSetup.Compute(argument.Settings);
        var evaluation = Evaluate(compute, argument.Checkpoint.Network, test);
        if (argument.Settings.Flag("json")) context.Output.WriteLine(Json(argument, test, evaluation).ToJsonString());
        else Write(context.Output, argument.Checkpoint, test, evaluation);
        return ExitCodes.Done;
    }

    public static Evaluation Evaluate(NetworkCompute compute, Network network, Dataset test)
    {
        using var workspace = new Workspace(network.Spec, BatchSize);
        return Evaluator.Evaluate(compute, network, test, workspace);
    }

    private static void Write(TextWriter output, Checkpoint checkpoint, Dataset test, Evaluation evaluation)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{test.Name}: accuracy {evaluation.Accuracy:0.0000} ({evaluation.CorrectCount:N0} of {evaluation.SampleCount:N0}), loss " +
                $"{evaluation.MeanLoss:0.0000}"));
        var table = new TextTable("class", "samples", "recall", "precision");
        for (var label = 0; label < evaluation.ConfusionMatrix.GetLength(0); label++)
        {
            var name = checkpoint.Schema?.ClassNames is { } names && label < names.Count ? names[label]
                : label.ToString(CultureInfo.InvariantCulture);
            var (samples, predicted, right) = Counts(evaluation, label);
            table.Add(name, samples.ToString("N0", CultureInfo.InvariantCulture), Share(right, samples), Share(right, predicted));
        }
        table.Write(output);
    }

    private static JsonObject Json(CheckpointArgument argument, Dataset test, Evaluation evaluation) => new()
    {
        ["checkpoint"] = argument.Path,
        ["data"] = test.Name,
        ["samples"] = evaluation.SampleCount,
        ["test_accuracy"] = evaluation.Accuracy,
        ["test_loss"] = evaluation.MeanLoss,
        ["confusion_matrix"] = new JsonArray([.. Enumerable.Range(0, evaluation.ConfusionMatrix.GetLength(0)).Select(row => new JsonArray(
            [.. Enumerable.Range(0, evaluation.ConfusionMatrix.GetLength(1)).Select(column =>
                JsonValue.Create(evaluation.ConfusionMatrix[row, column]))]))]),
    };

    private static (int Samples, int Predicted, int Right) Counts(Evaluation evaluation, int label)
    {
        var (samples, predicted) = (0, 0);
        for (var other = 0; other < evaluation.ConfusionMatrix.GetLength(0); other++)
        {
            samples += evaluation.ConfusionMatrix[label, other];
            predicted += evaluation.ConfusionMatrix[other, label];
        }
        return (samples, predicted, evaluation.ConfusionMatrix[label, label]);
    }

    private static string Share(int part, int whole) =>
        whole == 0 ? "-" : ((double)part / whole).ToString("0.0000", CultureInfo.InvariantCulture);
}
