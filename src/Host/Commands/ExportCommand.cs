using System.Globalization;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Onnx;

namespace ActorSparse.Host.Commands;

/// <summary>export: a trained network for other programs (docs/checkpoints.md).</summary>
internal static class ExportCommand
{
    private const long LargeBytes = 100_000_000;

    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        var (format, force) = (argument.Settings.Text("to"), argument.Settings.Flag("force"));
        var path = argument.Settings.Find("out") ?? Outputs.Beside(argument.Path, "-export", format);
        Outputs.CheckNew(path, force);
        var configuration = RunConfiguration.WithoutFiles(argument.Checkpoint.Configuration, argument.Path);
        var checkpoint = argument.Checkpoint with { Configuration = configuration };
        var initializers = argument.Settings.Find("initializers");
        if (initializers is not null && format != "onnx")
            throw new InvalidInputException($"--initializers is for --to onnx; expected none with --to {format}");
        switch (format)
        {
            case "npz":
                NetworkExport.WriteNpz(checkpoint, path);
                break;
            case "onnx":
                WriteOnnx(checkpoint, path, initializers == "sparse", context.Error);
                break;
            case "csv":
                WriteCsv(checkpoint, path, force, context.Output);
                break;
            default:
                NetworkExport.WriteSafetensors(checkpoint, path);
                break;
        }
        context.Output.WriteLine(path);
        return ExitCodes.Done;
    }

    private static void WriteOnnx(Checkpoint checkpoint, string path, bool isSparse, TextWriter error)
    {
        var dense = OnnxExport.WeightBytes(checkpoint.Network, isSparse: false);
        var sparse = OnnxExport.WeightBytes(checkpoint.Network, isSparse: true);
        if (!isSparse && dense > LargeBytes && dense > sparse)
            error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"note: dense weights take {dense / 1e6:N0} MB; --initializers sparse writes {sparse / 1e6:N1} MB, which few programs read"));
        OnnxExport.Write(checkpoint, path, isSparse);
    }

    private static void WriteCsv(Checkpoint checkpoint, string path, bool force, TextWriter output)
    {
        var targets = checkpoint.Schema?.TargetNames is null ? null : Path.ChangeExtension(path, "targets.json");
        if (targets is not null) Outputs.CheckNew(targets, force);
        NetworkExport.WriteCsv(checkpoint.Network, path);
        if (targets is null) return;
        NetworkExport.WriteTargets(checkpoint.Schema!, targets);
        output.WriteLine(targets);
    }
}
