using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ActorSparse.Model.Checkpoints;

/// <summary>Records as texts of a file's metadata: JSON with snake_case names, without what is null.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The text that <see cref="Read"/> reads.</summary>
    public static string Format<T>(T record) => JsonSerializer.Serialize(record, s_json);

    /// <summary>The record at <paramref name="key"/>, or null; <paramref name="upgrade"/> rewrites that of an older version.</summary>
    /// <exception cref="InvalidInputException">It is no such record.</exception>
    public static T? Read<T>(TensorReader reader, string key, Func<JsonNode, JsonNode>? upgrade = null) where T : class
    {
        if (!reader.Metadata.TryGetValue(key, out var text)) return null;
        try
        {
            var result = upgrade is null ? JsonSerializer.Deserialize<T>(text, s_json)
                : upgrade(JsonNode.Parse(text) ?? throw new JsonException("null")).Deserialize<T>(s_json);
            return result ?? throw new JsonException("null");
        }
        // The arrays of a schema's standardisation are tensors: as text it may be anything.
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            var version = reader.Metadata[CheckpointFile.VersionKey];
            throw new InvalidInputException($"{reader.Path}: metadata '{key}' is not what version {version} of the format writes", error);
        }
    }
}
