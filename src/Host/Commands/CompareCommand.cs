using System.Text.Json.Nodes;
using ActorSparse.Host.Comparisons;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Runs;
using ActorSparse.Model;

namespace ActorSparse.Host.Commands;

/// <summary>compare: several topology rules on the same data, networks and batches.</summary>
internal static class CompareCommand
{
    public static int Run(CommandContext context)
    {
        var recipe = context.Argument is { } name ? RecipeFile.Load(name) : null;
        var settings = context.Resolve(recipe);
        if (recipe is null && settings.Find("train") is null && settings.Text("dataset") == "files")
            throw new InvalidInputException($"compare: expected a recipe ({string.Join(", ", RecipeFile.BuiltInNames)}), or --train FILE");
        if (settings.IsGiven("mode") && settings.Text("mode") is not TrainingModes.Sequential and var mode)
            throw new InvalidInputException($"compare: mode {mode}; expected sequential, in which the rules see the same batches in the same order");
        IdleOptions.Refuse(settings = settings.With(new Dictionary<string, string> { ["mode"] = TrainingModes.Sequential }), comparesRules: true);
        var runName = RunFolder.CheckName(settings.Find("name")) ?? "compare-" + (recipe?.Name ?? "files");
        var path = settings.Find("out") ?? Path.Combine(settings.Text("runs"), runName);
        RunFolder.CheckNew(path, settings.Flag("force"));

        Settings Resolve(string? sparsity, long seed, string rule)
        {
            var given = new Dictionary<string, string>(context.CommandLine)
            {
                ["mode"] = TrainingModes.Sequential,
                ["rule"] = rule,
                ["seed"] = seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            if (sparsity is not null) given["sparsity"] = sparsity;
            return (context with { CommandLine = given }).Resolve(recipe);
        }

        using var interruption = new Interruption();
        using var session = new ComparisonSession(ComparisonPlan.From(settings), settings, Resolve, path);
        var display = TrainingDisplays.Choose(settings.Flag("quiet"), settings.Flag("json"), context.Output, context.Error);
        var summaries = session.Run(display, interruption.Token);
        if (settings.Flag("json")) context.Output.WriteLine(HostJson.Line(Json(summaries, path)));
        else Write(summaries, path, context.Output);
        if (interruption.ExitCode != ExitCodes.Done) return interruption.ExitCode;
        return summaries.Count > 0 && summaries.All(summary => summary.Runs == settings.Whole("seeds")) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Write(IReadOnlyList<ComparisonSummary> summaries, string path, TextWriter output)
    {
        TextTable.Write(output, [.. ComparisonReport.Table(summaries)]);
        output.WriteLine($"report    {Path.Combine(path, "report.html")}");
    }

    private static JsonObject Json(IReadOnlyList<ComparisonSummary> summaries, string path) => new()
    {
        ["run_folder"] = path,
        ["results"] = new JsonArray([.. summaries.Select(summary =>
            ScoreColumns.Name(HostJson.ColumnsOf(summary), summary.ScoreKind))]),
    };
}
