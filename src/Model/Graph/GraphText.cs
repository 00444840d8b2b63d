using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Operators;

namespace ActorSparse.Model.Graph;

/// <summary>
/// The one text form of networks, JSON: {"input": "3x32x32", "nodes": [{"operator": "convolution", "channels": 16}, ...]}. Beside its kind
/// a node has the options of <see cref="OperatorTable"/>; "name" is its kind and place if it is not given, and "inputs" the node before it.
/// </summary>
internal static class GraphText
{
    private const string Input = "input", Nodes = "nodes", Name = "name", Kind = "operator", Inputs = "inputs";
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text that <see cref="Parse"/> reads, on one line.</summary>
    public static string Format(GraphSpec graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var nodes = new JsonArray();
        for (var index = 0; index < graph.Nodes.Count; index++)
        {
            var node = graph.Nodes[index];
            var text = new JsonObject { [Name] = node.Name, [Kind] = node.Operator.Kind };
            foreach (var (name, value) in node.Operator.Options) text[name] = value;
            if (!node.Inputs.SequenceEqual([index]))
                text[Inputs] = new JsonArray([.. node.Inputs.Select(source => (JsonNode)NameOf(graph.Nodes, source))]);
            nodes.Add(text);
        }
        return new JsonObject { [Input] = graph.Input.ToString(), [Nodes] = nodes }.ToJsonString(s_json);
    }

    /// <summary>Reads a network.</summary>
    /// <exception cref="InvalidInputException">It is none; the message names the node and what was expected.</exception>
    public static GraphSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var document = ParseJson(text);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new InvalidInputException("network: expected an object with 'input' and 'nodes'");
        foreach (var property in root.EnumerateObject())
            if (property.Name is not (Input or Nodes))
                throw new InvalidInputException($"network: unknown key '{property.Name}'; expected 'input' and 'nodes'");
        if (!root.TryGetProperty(Input, out var input) || input.ValueKind != JsonValueKind.String)
            throw new InvalidInputException("network: expected 'input', the shape of a sample, as in \"3x32x32\"");
        if (!root.TryGetProperty(Nodes, out var list) || list.ValueKind != JsonValueKind.Array)
            throw new InvalidInputException("network: expected 'nodes', a list");
        var nodes = new List<GraphNode>();
        foreach (var element in list.EnumerateArray().Take(GraphSpec.NodesMax + 1)) nodes.Add(ReadNode(element, nodes));
        return new(TensorShape.Parse(input.GetString()!), nodes);
    }

    private static JsonDocument ParseJson(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"network: no JSON: {error.Message}", error);
        }
    }

    private static GraphNode ReadNode(JsonElement element, List<GraphNode> before)
    {
        var place = $"node {before.Count + 1}";
        if (element.ValueKind != JsonValueKind.Object) throw new InvalidInputException($"{place}: expected an object with 'operator'");
        string? name = null, kind = null;
        IReadOnlyList<int>? inputs = null;
        var options = new List<(string, string)>();
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case Name:
                    name = Text(property, place);
                    break;
                case Kind:
                    kind = Text(property, place);
                    break;
                case Inputs when property.Value.ValueKind == JsonValueKind.Array:
                    inputs = [.. property.Value.EnumerateArray().Select(source => Find(before, source.ToString(), place))];
                    break;
                case Inputs:
                    inputs = [Find(before, Text(property, place), place)];
                    break;
                default:
                    options.Add((property.Name, Text(property, place)));
                    break;
            }
        }
        if (kind is null) throw new InvalidInputException($"{place}: expected 'operator'; one of {string.Join(", ", OperatorTable.Kinds)}");
        name ??= $"{kind}-{before.Count + 1}";
        try
        {
            return new(name, OperatorTable.Create(kind, options), inputs ?? [before.Count]);
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException($"{place}, '{name}': {error.Message}", error);
        }
    }

    private static string Text(JsonProperty property, string place) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => property.Value.GetRawText(),
        _ => throw new InvalidInputException($"{place}: '{property.Name}' is no text, number, true or false"),
    };

    private static int Find(List<GraphNode> nodes, string name, string place)
    {
        if (name == Input) return 0;
        var index = nodes.FindIndex(node => node.Name == name);
        return index >= 0 ? index + 1 : throw new InvalidInputException($"{place}: its input '{name}' is no node before it, nor 'input'");
    }

    private static string NameOf(IReadOnlyList<GraphNode> nodes, int source) => source == 0 ? Input : nodes[source - 1].Name;
}
