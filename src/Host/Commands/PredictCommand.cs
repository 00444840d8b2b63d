using System.Globalization;
using ActorSparse.Host.Prediction;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Commands;

/// <summary>predict: a line of CSV or JSON for each sample, with what is predicted.</summary>
internal static class PredictCommand
{
    public static int Run(CommandContext context)
    {
        using var argument = CheckpointArgument.Load(context);
        var settings = argument.Settings;
        var path = settings.Find("out");
        if (path is not null) Outputs.CheckNew(path, settings.Flag("force"));
        using var samples = argument.LoadTest(settings.Find("input") ?? argument.GivenTestFile(), needsTargets: false);
        var network = argument.Checkpoint.Network;
        using var text = path is null ? null : new StringWriter(CultureInfo.InvariantCulture);
        var (values, withOutputs) = (new PredictedValues(argument.Checkpoint.Schema!), settings.Flag("probabilities"));
        IPredictionWriter writer = settings.Flag("json")
            ? new JsonPredictionWriter(text ?? context.Output, values, withOutputs, samples.SampleNames)
            : new PredictionWriter(text ?? context.Output, values, withOutputs, samples.SampleNames);
        writer.Begin(network.Spec.OutputCount);
        using var compute = TrainingSetup.Compute(settings);
        using var workspaces = new Workspaces(network.Spec);
        Evaluator.Predict(compute, network, samples, workspaces, writer.Write);
        if (text is not null) AtomicFile.WriteText(path!, text.ToString());
        return ExitCodes.Done;
    }
}
