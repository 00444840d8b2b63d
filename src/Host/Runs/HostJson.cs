using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ActorSparse.Host.Runs;

/// <summary>JSON as commands print it and files of runs have it.</summary>
internal static class HostJson
{
    /// <summary>
    /// Names of properties as columns have them: TestLoss is test_loss. Numbers that are not finite, which JSON lacks, are null.
    /// </summary>
    public static JsonSerializerOptions Columns { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Converters = { new FiniteConverter() } };

    /// <summary>The properties of a record as columns.</summary>
    public static JsonObject ColumnsOf<T>(T record) => JsonSerializer.SerializeToNode(record, Columns)!.AsObject();

    /// <summary>A number, null if it is not finite.</summary>
    public static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    /// <summary>The object on one line. Numbers that are not finite, which JSON lacks, become null.</summary>
    public static string Line(JsonObject json)
    {
        ReplaceNonFinite(json);
        return json.ToJsonString();
    }

    private static void ReplaceNonFinite(JsonNode? node)
    {
        if (node is JsonObject members)
            foreach (var (name, value) in members.ToList())
                if (IsNonFinite(value)) members[name] = null;
                else ReplaceNonFinite(value);
        if (node is JsonArray items)
            for (var index = 0; index < items.Count; index++)
                if (IsNonFinite(items[index])) items[index] = null;
                else ReplaceNonFinite(items[index]);
    }

    private static bool IsNonFinite(JsonNode? node) => node is JsonValue value
        && (value.TryGetValue(out double number) ? !double.IsFinite(number) : value.TryGetValue(out float single) && !float.IsFinite(single));

    private sealed class FiniteConverter : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}
