using System.Globalization;
using System.Text.Json.Nodes;
using ActorSparse.Host.Configuration;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Data;

namespace ActorSparse.Host.Commands;

/// <summary>data: reads a data set as train would, and says what is in it.</summary>
internal static class DataCommand
{
    public static int Run(CommandContext context)
    {
        var settings = context.Resolve(context.Argument is { } name ? RecipeFile.Load(name) : null);
        using var data = DataSource.Load(TrainingSetup.Data(settings));
        if (settings.Flag("json"))
        {
            var json = new JsonObject { ["train"] = Json(data.Train), ["test"] = Json(data.Test) };
            if (data.Validation is { } validation) json["validation"] = Json(validation);
            context.Output.WriteLine(HostJson.Line(json));
        }
        else
            Write(context.Output, data);
        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, DataPair data)
    {
        var culture = CultureInfo.InvariantCulture;
        foreach (var (role, set) in new (string, Dataset?)[] { ("training", data.Train), ("validation", data.Validation), ("test", data.Test) })
        {
            if (set is null) continue;
            output.WriteLine(string.Create(culture,
                $"{role.PadRight(data.Validation is null ? 9 : 10)} {set.Name}: {set.SampleCount:N0} samples, {set.FeatureCount:N0} features, " +
                    $"{(set is SparseDataset sparse ? $"sparse with {sparse.EntryCount:N0} entries, " : "")}{set.Bytes:N0} bytes in " +
                    $"memory"));
        }
        if (data.Train.ImageShape is { } shape) output.WriteLine($"images    {shape.Height}x{shape.Width}, {shape.Channels} channels");
        foreach (var note in QuantityNote.AndOf(data)) output.WriteLine($"note      {note}");
        if (data is { Train.Targets: RealTargets trainTargets, Test.Targets: RealTargets testTargets })
            WriteTargets(output, trainTargets, testTargets);
        else WriteCounts(output, data);
    }

    private static void WriteCounts(TextWriter output, DataPair data)
    {
        var train = data.Train.Targets;
        (string Title, Dataset? Set)[] all = [("training samples", data.Train), ("validation samples", data.Validation), ("test samples", data.Test)];
        var columns = all.Where(column => column.Set is not null).Select(column => (column.Title, Counts: Counts(column.Set!.Targets))).ToList();
        var table = new TextTable([train.Kind == TargetKind.Classes ? "class" : "label", .. columns.Select(column => column.Title)]);
        for (var label = 0; label < train.Count; label++)
        {
            var index = label;
            table.Add([train.NameOf(label), .. columns.Select(column => column.Counts[index].ToString("N0", CultureInfo.InvariantCulture))]);
        }
        table.Write(output);
    }

    private static void WriteTargets(TextWriter output, RealTargets train, RealTargets test)
    {
        var culture = CultureInfo.InvariantCulture;
        var table = new TextTable("target", "mean", "deviation", "lowest", "highest", "mean of test");
        for (var target = 0; target < train.Count; target++)
        {
            var index = target;
            IEnumerable<float> Values(RealTargets targets) =>
                Enumerable.Range(0, targets.SampleCount).Select(sample => targets.Values[sample * targets.Count + index]);
            table.Add(train.NameOf(target), train.Standardization!.Means[target].ToString("G5", culture),
                train.Standardization.Deviations[target].ToString("G5", culture), Values(train).Min().ToString("G5", culture),
                Values(train).Max().ToString("G5", culture), Values(test).Average(value => (double)value).ToString("G5", culture));
        }
        table.Write(output);
    }

    private static JsonObject Json(Dataset set)
    {
        var json = new JsonObject
        {
            ["name"] = set.Name,
            ["samples"] = set.SampleCount,
            ["features"] = set.FeatureCount,
        };
        if (set.Targets is ClassTargets) json["classes"] = set.Targets.Count;
        else json["targets"] = new JsonArray(
            [.. Enumerable.Range(0, set.Targets.Count).Select(target => JsonValue.Create(set.Targets.NameOf(target)))]);
        json["bytes"] = set.Bytes;
        json["sha256"] = set.ContentHash;
        if (set.Targets is not RealTargets)
            json[set.Targets is ClassTargets ? "class_counts" : "label_counts"] =
                new JsonArray([.. Counts(set.Targets).Select(count => JsonValue.Create(count))]);
        return json;
    }

    private static int[] Counts(Targets targets) =>
        targets is LabelSets sets ? sets.CountSamples() : ((ClassTargets)targets).CountSamples();
}
