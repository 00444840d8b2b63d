using System.Text.Json.Nodes;
using Akka.Configuration.Hocon;

namespace ActorSparse.Host.Configuration;

/// <summary>HOCON as JSON, in which all numbers, and true and false, are texts.</summary>
internal static class HoconJson
{
    /// <summary>The text, on one line.</summary>
    public static string Format(HoconValue value) => Node(value).ToJsonString();

    private static JsonNode Node(HoconValue value)
    {
        if (value.IsObject()) return new JsonObject(value.GetObject().Items.Select(item => KeyValuePair.Create(item.Key, (JsonNode?)Node(item.Value))));
        if (value.IsArray()) return new JsonArray([.. value.GetArray().Select(Node)]);
        return JsonValue.Create(value.GetString() ?? "");
    }
}
