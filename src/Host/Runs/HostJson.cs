using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorSparse.Host.Runs;

/// <summary>JSON as commands print it and files of runs have it.</summary>
internal static class HostJson
{
    /// <summary>Names of properties as columns have them: TestLoss is test_loss.</summary>
    public static JsonSerializerOptions Columns { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

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
}
