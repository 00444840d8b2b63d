using System.Globalization;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Reports;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>Collects what the report of a run shows.</summary>
internal static class RunReport
{
    /// <summary>The report of <paramref name="outcome"/>; the evaluation is that of the best checkpoint.</summary>
    public static ReportData Data(TrainingOutcome outcome, Network network, DataPair data, RunFolder folder) => new()
    {
        Name = RunFolder.NameOf(outcome.RunFolder),
        Facts = Facts(outcome, network, data),
        Rows = outcome.Rows,
        Configuration = File.ReadAllText(folder.ConfigurationPath),
        Evaluation = outcome.Test ?? Evaluate(folder, data.Evaluated, outcome.Settings),
        EvaluatedOn = outcome.Test is null ? outcome.Job.Training.EvaluatedOn : EvaluationRole.Test,
        Targets = data.Train.Targets,
        Drawing = GraphDrawing.Render(network),
        InputConnections = data.Train.ImageShape is { } shape ? InputConnections(network, shape) : null,
    };

    /// <summary>How many samples there are of each role.</summary>
    public static string Samples(DataPair data) => string.Create(CultureInfo.InvariantCulture,
        $"{data.Train.SampleCount:N0} training{(data.Validation is { } set ? $", {set.SampleCount:N0} validation" : "")} and " +
            $"{data.Test.SampleCount:N0} test samples");

    /// <summary>What the best network does on <paramref name="data"/>; null if there is none.</summary>
    public static Evaluation? Evaluate(RunFolder folder, Dataset data, Settings settings)
    {
        if (!File.Exists(folder.BestCheckpoint)) return null;
        using var best = CheckpointFile.Load(folder.BestCheckpoint);
        using var compute = TrainingSetup.Compute(settings);
        using var workspaces = new Workspaces(best.Network.Spec);
        return Evaluator.Evaluate(compute, best.Network, data, workspaces);
    }

    private static List<(string, string)> Facts(TrainingOutcome outcome, Network network, DataPair data)
    {
        var culture = CultureInfo.InvariantCulture;
        var facts = new List<(string, string)>
        {
            ("data", string.Create(culture,
                $"{data.Train.Name}: {Samples(data)}, " +
                $"{data.Train.FeatureCount:N0} features, {data.Train.Targets.Describe()}")),
            ("network", string.Create(culture,
                $"{network.Spec.Describe()}, {network.ConnectionCount:N0} connections")),
            ("status", string.Create(culture,
                $"{outcome.Status} after {outcome.Rows.Count} epochs, {outcome.State.UpdateCount:N0} updates")
                + (outcome.Failure is { } why ? ": " + why : "")),
        };
        if (outcome.EarlyEnd is { } early) facts.Add(("end", early));
        if (outcome.Rows.Count == 0) return facts;
        var last = outcome.Rows[^1];
        var kind = last.ScoreKind;
        var role = last.EvaluatedOn.Name();
        facts.Add(($"{role} {kind.Name}", $"{kind.Format(last.TestScore)} at the end, {kind.Format(last.BestTestScore)} at best"));
        facts.AddRange(kind.Further.Zip(last.TestFurther ?? [], (measure, value) => ($"{role} {measure.Name}", measure.Format(value))));
        if (outcome.Test is { } test) facts.Add(("test, best network", EvaluationText.Line(test)));
        facts.Add(("time", string.Create(culture,
            $"{outcome.Rows.Sum(row => row.TrainSeconds):0.0} s training, {outcome.Rows.Sum(row => row.EvolveSeconds):0.00} s " +
                $"evolution, {outcome.Rows.Sum(row => row.EvaluateSeconds):0.0} s evaluation")));
        return facts;
    }

    private static int[,]? InputConnections(Network network, ImageShape shape)
    {
        var topology = network.Parameters.Sparse[0].Topology;
        if (shape.FeatureCount != topology.InputCount) return null;
        var pixels = new int[shape.Height, shape.Width];
        var plane = shape.Height * shape.Width;
        for (var row = 0; row < topology.OutputCount; row++)
            foreach (var feature in topology.Row(row))
                pixels[feature % plane / shape.Width, feature % shape.Width]++;
        return pixels;
    }
}
