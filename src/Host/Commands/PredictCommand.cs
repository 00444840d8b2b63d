using System.Globalization;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>predict: a line of CSV for each sample, with the predicted class.</summary>
internal static class PredictCommand
{
    private const int BatchSize = 128;

    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        var settings = argument.Settings;
        var path = settings.Find("out");
        if (path is not null) Outputs.CheckNew(path, settings.Flag("force"));
        using var samples = argument.LoadTest(settings.Find("input") ?? argument.GivenTestFile());
        var network = argument.Checkpoint.Network;
        var names = argument.Checkpoint.Schema?.ClassNames;
        var withOutputs = settings.Flag("probabilities");
        using var text = path is null ? null : new StringWriter(CultureInfo.InvariantCulture);
        var writer = text ?? context.Output;
        var header = "sample,class";
        if (withOutputs) header += string.Concat(Enumerable.Range(0, network.Spec.LayerSizes[^1]).Select(index => $",output_{index}"));
        writer.Write(header + "\n");
        using var compute = TrainingSetup.Compute(settings);
        using var workspace = new Workspace(network.Spec, BatchSize);
        Evaluator.Predict(compute, network, samples, workspace, (sample, predicted, outputs) =>
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{sample},{(names is null ? predicted : Quote(names[predicted]))}"));
            if (withOutputs)
                foreach (var output in outputs) writer.Write(string.Create(CultureInfo.InvariantCulture, $",{output:R}"));
            writer.Write('\n');
        });
        if (text is not null) AtomicFile.WriteText(path!, text.ToString());
        return ExitCodes.Done;
    }

    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(",\"\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
