using System.Globalization;
using System.Text.Json.Nodes;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Evolution;

namespace ActorSparse.Host.Commands;

/// <summary>compact: rewrites a network without the neurons that do no work.</summary>
internal static class CompactCommand
{
    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        var path = argument.Settings.Find("out") ?? Outputs.Beside(argument.Path, "-compact");
        Outputs.CheckNew(path, argument.Settings.Flag("force"));
        var before = argument.Checkpoint.Network;
        using var after = Compaction.Compact(before);
        CheckpointFile.Save(path, argument.Checkpoint with { Network = after, State = null });
        if (argument.Settings.Flag("json"))
            context.Output.WriteLine(HostJson.Line(new JsonObject
            {
                ["checkpoint"] = path,
                ["layers"] = after.Spec.Describe(),
                ["connections"] = after.ConnectionCount,
            }));
        else
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{before.Spec.Describe()} with {before.ConnectionCount:N0} connections became " +
                    $"{after.Spec.Describe()} with {after.ConnectionCount:N0}; written: {path}"));
        return ExitCodes.Done;
    }
}
