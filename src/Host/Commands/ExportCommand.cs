using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;

namespace ActorSparse.Host.Commands;

/// <summary>export: a trained network for other programs (docs/checkpoints.md).</summary>
internal static class ExportCommand
{
    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        var network = argument.Checkpoint.Network;
        var (format, force) = (argument.Settings.Text("to"), argument.Settings.Flag("force"));
        var path = argument.Settings.Find("out")
            ?? Path.ChangeExtension(Outputs.Beside(argument.Path, "-export"), format == "npz" ? null : format);
        var schema = argument.Checkpoint.Schema;
        var targets = schema?.TargetNames is null ? null
            : format == "npz" ? Path.Combine(path, "targets.json") : format == "csv" ? Path.ChangeExtension(path, "targets.json") : null;
        if (targets is not null && File.Exists(targets) && !force)
            throw new InvalidInputException($"{targets}: exists already; replace it with --force, or choose another --out");
        if (format == "npz")
        {
            if (File.Exists(path)) throw new InvalidInputException($"{path}: is a file; expected a folder for the matrices");
            foreach (var name in NetworkExport.NpzNames(network.Parameters.Sparse.Count))
                if (File.Exists(Path.Combine(path, name)) && !force)
                    throw new InvalidInputException(
                        $"{Path.Combine(path, name)}: exists already; replace it with --force, or choose another --out");
            foreach (var name in NetworkExport.WriteNpz(network, path)) context.Output.WriteLine(Path.Combine(path, name));
        }
        else
        {
            Outputs.CheckNew(path, force);
            if (format == "csv") NetworkExport.WriteCsv(network, path);
            else NetworkExport.WriteSafetensors(network, path, schema);
            context.Output.WriteLine(path);
        }
        if (targets is null) return ExitCodes.Done;
        NetworkExport.WriteTargets(schema!, targets);
        context.Output.WriteLine(targets);
        return ExitCodes.Done;
    }
}
