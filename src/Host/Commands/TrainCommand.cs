using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Reports;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>train: from a recipe or files to a run folder.</summary>
internal static class TrainCommand
{
    public static int Run(CommandContext context)
    {
        var (settings, path) = Resolve(context, context.Argument);
        using var interruption = new Interruption();
        return Run(context, settings, path, new LocalSite(), interruption);
    }

    /// <summary>Trains. If <paramref name="folder"/> is open already, the run in it is continued if there is one.</summary>
    public static int Run(
        CommandContext context, Settings settings, string path, ITrainingSite site, Interruption interruption, RunFolder? folder = null)
    {
        using var session = new TrainingSession(settings, path, folder?.HasCheckpoint ?? settings.Flag("resume"), site, folder);
        var display = TrainingDisplays.Choose(settings.Flag("quiet"), settings.Flag("json"), context.Output, context.Error);
        var outcome = session.Run(display, interruption);
        if (outcome.Failure is { } failure) context.Error.WriteLine($"actorsparse: {failure}");
        foreach (var line in Summary(outcome, site.Command)) display.Say(line);
        if (settings.Flag("json")) context.Output.WriteLine(HostJson.Line(Json(outcome)));
        if (outcome.Failure is not null) return ExitCodes.Failed;
        return outcome.IsInterrupted ? interruption.ExitCode : ExitCodes.Done;
    }

    // A resumed run keeps its stored configuration; the recipe's name then only finds its folder.
    public static (Settings Settings, string Path) Resolve(CommandContext context, string? recipeName)
    {
        var given = context.Resolve(null);
        var resumes = given.Flag("resume");
        if (resumes && given.Flag("force")) throw new InvalidInputException("--resume and --force exclude each other");
        var path = PathOf(context, recipeName);
        if (resumes) RunFolder.CheckResumable(path);
        var settings = Resolve(context, recipeName, path, resumes);
        if (!resumes) IdleOptions.Refuse(settings);
        if (!resumes) RunFolder.CheckNew(path, given.Flag("force"), canResume: true);
        return (settings, path);
    }

    /// <summary>The options of a run in the folder <paramref name="path"/>, which begins or goes on.</summary>
    public static Settings Resolve(CommandContext context, string? recipeName, string path, bool resumes)
    {
        if (resumes)
        {
            var file = RunFolder.ConfigurationOf(path);
            return context.Resolve(RunConfiguration.FromJson(File.ReadAllText(file), file));
        }
        var given = context.Resolve(null);
        if (recipeName is not null) return context.Resolve(RecipeFile.Load(recipeName));
        return given.Find("train") is null && given.Text("dataset") == "files" ? throw NoData(context) : given;
    }

    /// <summary>Where the run's folder is, as --out, --name, the recipe or the data say.</summary>
    public static string PathOf(CommandContext context, string? recipeName)
    {
        var given = context.Resolve(null);
        // Refused if it is none, even where it does not name the folder.
        var recipe = recipeName is null ? null : RecipeFile.Load(recipeName);
        if (given.Find("out") is { } path) return path;
        var name = RunFolder.CheckName(given.Find("name")) ?? recipe?.Name ?? DefaultName(context, given);
        return Path.Combine(given.Text("runs"), name);
    }

    private static InvalidInputException NoData(CommandContext context) =>
        new($"{context.Verb}: expected a recipe ({string.Join(", ", RecipeFile.BuiltInNames)}), or --train FILE");

    private static string DefaultName(CommandContext context, Settings settings)
    {
        if (settings.Find("train") is "-") return "stdin";
        if (settings.Find("train") is { } file)
        {
            // A file whose name begins with a dot, or the root, has none to give.
            var name = file.Length == 0 ? "" : RunFolder.NameOf(file).Split('.')[0];
            return name.Length > 0 ? RunFolder.CheckName(name)!
                : throw new InvalidInputException($"train '{file}': gives no name for the run; expected --name NAME or --out DIR");
        }
        if (settings.Text("dataset") is not "files" and var dataset) return dataset;
        throw settings.Flag("resume") ? new("--resume: expected the run: its recipe, --name or --out") : NoData(context);
    }

    private static IEnumerable<string> Summary(TrainingOutcome outcome, string command)
    {
        var culture = CultureInfo.InvariantCulture;
        if (outcome.Rows.Count > 0 && outcome.Rows[^1] is { BestTestScore: { } best, ScoreKind: var kind } last)
        {
            var standing = outcome.Warning ?? $"best {kind.Format(best)} after epoch {LastEvaluation.BestEpoch(outcome.Rows)}";
            // An accuracy speaks for itself.
            if (kind != ScoreKind.Accuracy && last.TestFurther is { } further)
                standing += string.Concat(kind.Further.Zip(further, (measure, value) => $", {measure.Name} {measure.Format(value)}"));
            yield return string.Create(culture,
                $"{outcome.Status}: {last.EvaluatedOn.Name()} {kind.Name} {kind.Format(last.TestScore)}, {standing}; " +
                    $"{outcome.Rows.Sum(row => row.TrainSeconds + row.EvolveSeconds):0.0} s of training");
        }
        else
        {
            yield return string.Create(culture,
                $"{outcome.Status} in epoch {outcome.State.Epoch + 1} after {outcome.State.UpdateCount} updates");
        }
        if (outcome.EarlyEnd is { } early) yield return early;
        if (outcome.Test is { } test)
            yield return string.Create(culture, $"test      {EvaluationText.Line(test)}, with the network of epoch {LastEvaluation.BestEpoch(outcome.Rows)}");
        if (outcome.IsInterrupted) yield return $"checkpoint saved; go on with: {RunFolder.ResumeCommand(command, outcome.RunFolder)}";
        else if (outcome.HasReport) yield return $"report    {Path.Combine(outcome.RunFolder, "report.html")}";
    }

    private static JsonObject Json(TrainingOutcome outcome)
    {
        var rows = outcome.Rows;
        var trainSeconds = rows.Sum(row => row.TrainSeconds) + outcome.State.EpochTrainSeconds;
        var samples = (double)rows.Count * outcome.Job.TrainingSet.SampleCount + outcome.State.EpochSampleCount;
        var (kind, role) = (outcome.Job.ScoreKind, outcome.Job.Training.EvaluatedOn);
        var json = new JsonObject
        {
            ["status"] = outcome.Status,
            [$"{role.Name()}_{kind.Key}"] = rows.Count > 0 ? rows[^1].TestScore : null,
            [$"best_{role.Name()}_{kind.Key}"] = outcome.State.BestTestScore,
            ["loss"] = rows.Count > 0 ? rows[^1].Loss : null,
            ["train_seconds"] = trainSeconds,
            ["evaluate_seconds"] = rows.Sum(row => row.EvaluateSeconds),
            ["evolve_seconds"] = rows.Sum(row => row.EvolveSeconds),
            ["epochs"] = outcome.State.Epoch,
            ["updates"] = outcome.State.UpdateCount,
            ["samples_per_second"] = trainSeconds > 0 ? samples / trainSeconds : 0,
            ["connections"] = rows.Count > 0 ? new JsonArray([.. rows[^1].Connections.Select(count => JsonValue.Create(count))]) : null,
            ["peak_memory_bytes"] = Process.GetCurrentProcess().PeakWorkingSet64,
            ["mode"] = outcome.Settings.Text("mode"),
            ["workers"] = outcome.Job.Run.Workers,
            ["updates_per_second"] = outcome.Facts?.UpdatesPerSecond,
            ["staleness_mean"] = outcome.Facts?.StalenessMean,
            ["staleness_max"] = outcome.Facts?.StalenessMax,
            ["workers_lost"] = outcome.Facts?.WorkersLost,
            ["threads"] = TrainingSetup.Threads(outcome.Settings),
            ["seed"] = outcome.State.Seed,
            ["run_folder"] = outcome.RunFolder,
            ["error"] = outcome.Failure,
            ["warning"] = outcome.Warning,
        };
        ScoreColumns.AddFurther(json, kind, rows.Count > 0 ? rows[^1].TestFurther : null, role);
        if (role == EvaluationRole.Test) return json;
        json["best_epoch"] = rows.Count > 0 ? LastEvaluation.BestEpoch(rows) : null;
        json["ended_early"] = outcome.EarlyEnd is not null;
        json["test_" + kind.Key] = outcome.Test?.Score;
        json["test_loss"] = outcome.Test?.MeanLoss;
        ScoreColumns.AddFurther(json, kind, outcome.Test?.Further);
        return json;
    }
}
