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
            context.Output.WriteLine(new JsonObject { ["train"] = Json(data.Train), ["test"] = Json(data.Test) }.ToJsonString());
        else
            Write(context.Output, data);
        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, DataPair data)
    {
        var culture = CultureInfo.InvariantCulture;
        foreach (var (role, set) in new[] { ("training", data.Train), ("test", data.Test) })
            output.WriteLine(string.Create(culture,
                $"{role,-9} {set.Name}: {set.SampleCount:N0} samples, {set.FeatureCount:N0} features, " +
                    $"{(set is SparseDataset sparse ? $"sparse with {sparse.EntryCount:N0} entries, " : "")}{set.Bytes:N0} bytes in " +
                    $"memory"));
        if (data.Train.ImageShape is { } shape) output.WriteLine($"images    {shape.Height}x{shape.Width}, {shape.Channels} channels");
        var (train, test) = (Counts(data.Train), Counts(data.Test));
        var table = new TextTable("class", "training samples", "test samples");
        for (var label = 0; label < train.Length; label++)
            table.Add(data.Train.ClassNames?[label] ?? label.ToString(culture), train[label].ToString("N0", culture),
                test[label].ToString("N0", culture));
        table.Write(output);
    }

    private static JsonObject Json(Dataset set) => new()
    {
        ["name"] = set.Name,
        ["samples"] = set.SampleCount,
        ["features"] = set.FeatureCount,
        ["classes"] = set.ClassCount,
        ["bytes"] = set.Bytes,
        ["sha256"] = set.ContentHash,
        ["class_counts"] = new JsonArray([.. Counts(set).Select(count => JsonValue.Create(count))]),
    };

    private static int[] Counts(Dataset set)
    {
        var counts = new int[set.ClassCount];
        foreach (var label in set.Labels) counts[label]++;
        return counts;
    }
}
