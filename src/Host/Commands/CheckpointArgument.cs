using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Commands;

/// <summary>
/// A command's checkpoint: a file, also an export, or a run folder, which stands for its best checkpoint or else its last one.
/// </summary>
internal sealed class CheckpointArgument : IDisposable
{
    private CheckpointArgument(string path, Checkpoint checkpoint, Settings settings) =>
        (Path, Checkpoint, Settings) = (path, checkpoint, settings);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The command's options over the configuration that the checkpoint was trained with.</summary>
    public Settings Settings { get; }

    public static CheckpointArgument Load(CommandContext context)
    {
        var path = FileOf(context.Argument!);
        var checkpoint = CheckpointFile.Load(path);
        try
        {
            var stored = checkpoint.Configuration.Length == 0 ? null : RunConfiguration.FromJson(checkpoint.Configuration, path);
            return new(path, checkpoint, context.Resolve(stored));
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The samples to test on: <paramref name="file"/> if it is given, else those that training tested on, in the schema of the training
    /// data. Without <paramref name="needsTargets"/> it does not matter which targets they have, if any.
    /// </summary>
    public Dataset LoadTest(string? file, bool needsTargets = true)
    {
        if (Checkpoint.Schema is not { } schema)
            throw new InvalidInputException($"{Path}: does not say how its training data were laid out");
        var options = DataSource.Resolve(TrainingSetup.Data(Settings) with { TargetKind = schema.TargetKind });
        if (!needsTargets) options = options with { IgnoresTargets = file is not null };
        if (file is not null) return DataSource.LoadTest(options with { Name = null, Train = null, Test = file }, schema);
        if (options.Name is not null || options.Test is not null) return DataSource.LoadTest(options with { Train = null }, schema);
        if (options.Train is null)
            throw new InvalidInputException(
                $"{Path}: does not say where its test samples are; expected {(needsTargets ? "--test" : "--input")} PATH");
        var pair = DataSource.Load(options); // the part of the training file that was held out
        pair.Train.Dispose();
        pair.Validation?.Dispose();
        return pair.Test;
    }

    /// <summary>The test file that the command line or the environment names, if the data set has none of its own.</summary>
    public string? GivenTestFile() => Settings.Find("test") is { } file && Settings.Text("dataset") != "files" ? file : null;

    public void Dispose() => Checkpoint.Dispose();

    private static string FileOf(string argument)
    {
        if (!Directory.Exists(argument)) return argument;
        var folder = System.IO.Path.Combine(argument, "checkpoints");
        foreach (var name in (ReadOnlySpan<string>)["best.safetensors", "last.safetensors"])
            if (File.Exists(System.IO.Path.Combine(folder, name))) return System.IO.Path.Combine(folder, name);
        throw new InvalidInputException($"{argument}: has no checkpoints; expected a run folder or a checkpoint file");
    }
}
