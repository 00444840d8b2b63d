using System.Text.Json.Nodes;
using ActorSparse.Host.Progress;
using ActorSparse.Host.Recovery;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Coordination;

namespace ActorSparse.Host.Commands;

/// <summary>recover: sparse networks from samples by hard thresholding (docs/recovery.md).</summary>
internal static class RecoverCommand
{
    public static int Run(CommandContext context)
    {
        var kind = context.Argument!;
        if (kind is not ("planted" or "images" or "fit"))
            throw new InvalidInputException($"recover: there is no '{kind}'; expected planted, images or fit");
        var settings = context.Resolve(null);
        var plan = RecoveryPlan.From(kind, settings);
        var path = settings.Find("out")
            ?? Path.Combine(settings.Text("runs"), RunFolder.CheckName(settings.Find("name")) ?? "recover-" + kind);
        var force = settings.Flag("force");
        RunFolder.CheckNew(path, force);
        using IRecoverySession session = kind switch
        {
            "planted" => new PlantedSession(plan, settings),
            "images" => new PictureSession(plan, settings),
            _ => new FitSession(plan, settings),
        };
        using var interruption = new Interruption();
        using var folder = RunFolder.OpenNew(path, force);
        folder.Begin(RunConfiguration.ToJson(settings, withRunOptions: true), replaces: true);
        var display = TrainingDisplays.Choose(settings.Flag("quiet"), settings.Flag("json"), context.Output, context.Error);
        var logLock = new Lock();
        void Log(string line)
        {
            lock (logLock) folder.Log(line);
        }
        IReadOnlyList<RecoverySummary> summaries;
        session.Runner.Begin(display.Say, Log, interruption.Token);
        try
        {
            summaries = Run(session, folder, display, OptionsText(context, kind), Log, interruption.Token);
            session.Runner.End(interruption.ExitCode == ExitCodes.Done ? RunOutcome.Completed : RunOutcome.Stopped);
        }
        catch (Exception failure)
        {
            session.Runner.End(RunOutcome.Failed, failure.Message);
            if (failure is not TrainingDivergedException) throw;
            Log(failure.Message);
            context.Error.WriteLine($"actorsparse: {failure.Message}");
            return ExitCodes.Failed;
        }
        if (settings.Flag("json")) context.Output.WriteLine(HostJson.Line(Json(summaries, path)));
        else Write(summaries, folder.ReportPath, context.Output);
        if (session.LeftOut is { } rest) display.Say($"left out  {rest}");
        if (interruption.ExitCode != ExitCodes.Done || summaries.Count > 0) return interruption.ExitCode;
        context.Error.WriteLine($"actorsparse: nothing was recovered: {session.LeftOut}");
        return ExitCodes.Failed;
    }

    private static IReadOnlyList<RecoverySummary> Run(
        IRecoverySession session, RunFolder folder, ITrainingDisplay display, string options, Action<string> log, CancellationToken stop)
    {
        using var file = new ResultFile<RecoveryRow>(Path.Combine(folder.Root, "recovery.csv"), HostJson.ColumnsOf);
        try
        {
            session.Run(folder, row =>
            {
                file.Add(row);
                display.Say(RecoveryText.Line(row));
            }, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log("stopped");
        }
        var summaries = RecoverySummary.Of(file.Rows);
        if (RecoveryReport.Picture(summaries, session.Measures) is { } picture)
            AtomicFile.WriteText(Path.Combine(folder.Root, "grid.svg"), picture);
        AtomicFile.WriteText(folder.ReportPath, RecoveryReport.Render(RunFolder.NameOf(folder.Root), summaries, session, options));
        return summaries;
    }

    // Options of one call, as most of these are, are in no stored configuration.
    private static string OptionsText(CommandContext context, string kind) =>
        $"actorsparse recover {kind} {string.Join(' ', context.CommandLine.Select(option => $"--{option.Key} {option.Value}"))}";

    private static void Write(IReadOnlyList<RecoverySummary> summaries, string report, TextWriter output)
    {
        TextTable.Write(output, [.. RecoveryReport.Table(summaries)]);
        output.WriteLine($"report    {report}");
    }

    private static JsonObject Json(IReadOnlyList<RecoverySummary> summaries, string path) => new()
    {
        ["run_folder"] = path,
        ["results"] = new JsonArray([.. summaries.Select(summary => HostJson.ColumnsOf(summary))]),
    };
}
