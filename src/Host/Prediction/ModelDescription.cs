using System.Text;
using System.Text.Json.Nodes;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Prediction;

/// <summary>What a server of predictions says of itself: the network, what it takes and what it answers.</summary>
internal static class ModelDescription
{
    private const int NamesMax = 1000; // a page, not a dump of the schema

    /// <summary>It, as JSON.</summary>
    public static byte[] Json(string name, Network network, DataSchema schema, ServingOptions options) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["model"] = name,
        ["network"] = network.Spec.Describe(),
        ["connections"] = network.ConnectionCount,
        ["features"] = schema.FeatureCount,
        ["columns"] = schema.Table is { } table ? Columns(table) : null,
        ["image"] = schema.ImageShape is { } shape
            ? new JsonObject { ["height"] = shape.Height, ["width"] = shape.Width, ["channels"] = shape.Channels } : null,
        ["predicts"] = schema.TargetKind switch { TargetKind.Real => "targets", TargetKind.LabelSets => "labels", _ => "class" },
        ["classes"] = schema.TargetKind == TargetKind.Classes ? Names(new PredictedValues(schema), schema.ClassCount) : null,
        ["targets"] = schema.TargetNames is { } names ? new JsonArray([.. names.Take(NamesMax).Select(target => JsonValue.Create(target))]) : null,
        ["predict"] = "POST /predict: rows as application/json or text/csv" + (schema.ImageShape is null ? "" : ", or image/png, image/jpeg"),
        ["samples_max"] = options.SamplesMax,
        ["body_max_mib"] = options.BodyMegaBytesMax,
    }.ToJsonString(new() { WriteIndented = true, Encoder = PredictionJson.Options.Encoder }) + "\n");

    private static JsonArray Columns(TableLayout table) => new([.. table.Columns.Take(NamesMax).Select(column => new JsonObject
    {
        ["name"] = column.Name,
        ["categories"] = column.Levels is { } levels ? new JsonArray([.. levels.Select(level => JsonValue.Create(level))]) : null,
        ["may_be_missing"] = column.Fill is not null,
    })]);

    private static JsonArray Names(PredictedValues values, int classes) =>
        new([.. Enumerable.Range(0, Math.Min(classes, NamesMax)).Select(index => JsonValue.Create(values.ClassName(index)))]);
}
