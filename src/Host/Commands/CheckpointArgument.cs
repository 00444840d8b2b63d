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
    // What decided which samples were held out, and their scale.
    private static readonly string[] s_ofRun = ["holdout", "data-seed", "standardise"];

    private CheckpointArgument(string path, Checkpoint checkpoint, Settings settings) =>
        (Path, Checkpoint, Settings) = (path, checkpoint, settings);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>
    /// The command's options over the configuration that the checkpoint was trained with; how its data were divided and scaled stays as it was.
    /// </summary>
    public Settings Settings { get; }

    public static CheckpointArgument Load(CommandContext context)
    {
        var path = FileOf(context.Argument!);
        var checkpoint = CheckpointFile.Load(path);
        try
        {
            var stored = checkpoint.Configuration.Length == 0 ? null : RunConfiguration.FromJson(checkpoint.Configuration, path);
            return new(path, checkpoint, stored is null ? context.Resolve(null) : Resolve(context, stored));
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
        if (!IsTrainedOn(pair))
        {
            pair.Dispose();
            throw new InvalidInputException(
                $"{pair.Train.Name}: the training samples are not those that the run of {Path} began with, so that others would be held out; "
                    + $"expected {(needsTargets ? "--test" : "--input")} PATH");
        }
        pair.Train.Dispose();
        pair.Validation?.Dispose();
        return pair.Test;
    }

    /// <summary>The test file that the command line or the environment names, if the data set has none of its own.</summary>
    public string? GivenTestFile() => Settings.Find("test") is { } file && Settings.Text("dataset") != "files" ? file : null;

    public void Dispose() => Checkpoint.Dispose();

    private static Settings Resolve(CommandContext context, StoredSettings stored)
    {
        foreach (var name in s_ofRun)
        {
            if (!context.CommandLine.TryGetValue(name, out var text)) continue;
            var (given, own) = (OptionTable.Get(name).Normalise(text, SettingsResolver.CommandLine), stored.Values.GetValueOrDefault(name));
            if (given != own)
                throw new InvalidInputException($"--{name} {given}: the run began with {own ?? "none"}, and {context.Verb} goes by that; expected no --{name}");
        }
        var variables = s_ofRun.Select(name => OptionTable.Get(name).EnvironmentName).ToList();
        var environment = context.Environment.Where(variable => !variables.Contains(variable.Key)).ToDictionary();
        return (context with { Environment = environment }).Resolve(stored);
    }

    // Checkpoints of other commands, and exports, have no hash of the samples.
    private bool IsTrainedOn(DataPair pair)
    {
        if (Checkpoint.ConfigurationHash.Length == 0) return SchemaTensors.AreEqual(Checkpoint.Schema!, DataSchema.Of(pair.Train));
        var hash = DataPair.HashOf(pair.Train, pair.Validation);
        return Checkpoint.ConfigurationHash == RunConfiguration.Hash(RunConfiguration.FromJson(Checkpoint.Configuration, Path), hash);
    }

    private static string FileOf(string argument)
    {
        if (!Directory.Exists(argument)) return argument;
        foreach (var path in (ReadOnlySpan<string>)[RunFolder.BestCheckpointOf(argument), RunFolder.LastCheckpointOf(argument)])
            if (File.Exists(path)) return path;
        throw new InvalidInputException($"{argument}: has no checkpoints; expected a run folder or a checkpoint file");
    }
}
