using System.Globalization;
using System.Text.Json.Nodes;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Evolution;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>
/// prune: importance pruning of a trained network (wasap specification, section 4). With --percentile it writes the pruned checkpoint;
/// without, it reports parameters against the score for a sweep of percentiles and writes nothing.
/// </summary>
internal static class PruneCommand
{
    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        var settings = argument.Settings;
        var percentile = settings.FindNumber("percentile");
        foreach (var name in percentile is null ? (string[])["out", "force"] : ["sweep"])
            if (settings.IsOnCommandLine(name))
                throw new InvalidInputException($"--{name} has no effect with{(percentile is null ? "out --percentile: a sweep is only reported" : " --percentile")}");
        var path = percentile is null ? null
            : settings.Find("out") ?? Outputs.Beside(argument.Path, string.Create(CultureInfo.InvariantCulture, $"-pruned-{percentile}"));
        if (path is not null) Outputs.CheckNew(path, settings.Flag("force"));
        double[] percentiles = percentile is { } one ? [one] : settings.Read("sweep", ParseSweep);
        using var test = argument.LoadTest(argument.GivenTestFile());
        using var compute = TrainingSetup.Compute(settings);
        var points = ImportanceSweep.Run(argument.Checkpoint.Network, percentiles, settings.Number("importance-minimum"), network =>
            EvaluateCommand.Evaluate(compute, network, test));
        if (path is not null) Save(argument, percentile!.Value, path);
        if (settings.Flag("json")) context.Output.WriteLine(HostJson.Line(Json(points, path)));
        else Write(context.Output, points, path);
        return ExitCodes.Done;
    }

    private static void Save(CheckpointArgument argument, double percentile, string path)
    {
        var network = argument.Checkpoint.Network;
        using var pruning = ImportancePruning.Compute(network, percentile, argument.Settings.Number("importance-minimum"));
        pruning.Apply(network);
        CheckpointFile.Save(path, argument.Checkpoint with { State = null });
    }

    private static void Write(TextWriter output, IReadOnlyList<ImportanceSweepPoint> points, string? path)
    {
        var kind = points[0].Evaluation.ScoreKind;
        var table = new TextTable("percentile", "parameters", "of all", "living neurons", kind.Name, "change");
        foreach (var point in points)
            table.Add(
                point.Percentile?.ToString(CultureInfo.InvariantCulture) ?? "none",
                point.ParameterCount.ToString("N0", CultureInfo.InvariantCulture),
                ((double)point.ParameterCount / points[0].ParameterCount).ToString("P1", CultureInfo.InvariantCulture),
                string.Join('-', point.LivingNeurons),
                kind.Format(point.Evaluation.Score),
                (point.Evaluation.Score - points[0].Evaluation.Score).ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture));
        table.Write(output);
        if (path is not null) output.WriteLine($"written: {path}");
    }

    private static JsonObject Json(IReadOnlyList<ImportanceSweepPoint> points, string? path) => new()
    {
        ["checkpoint"] = path,
        ["points"] = new JsonArray([.. points.Select(point => new JsonObject
        {
            ["percentile"] = point.Percentile,
            ["parameters"] = point.ParameterCount,
            ["living_neurons"] = new JsonArray([.. point.LivingNeurons.Select(count => JsonValue.Create(count))]),
            ["test_" + point.Evaluation.ScoreKind.Key] = point.Evaluation.Score,
            ["test_loss"] = point.Evaluation.MeanLoss,
        })]),
    };

    private static double[] ParseSweep(string text) => Lists.Numbers(text, value => value is >= 0 and <= 100, "percentile", "from 0 to 100");
}
