using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Host.Configuration;
using ActorSparse.Model;

namespace ActorSparse.Host.Runs;

/// <summary>The resolved configuration of a run as it is stored: in config.json, and in every checkpoint.</summary>
internal static class RunConfiguration
{
    private const string FolderKey = "started_in";
    private static readonly string[] s_paths = ["train", "train-labels", "test", "test-labels", "data-dir"];

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings as JSON: the recipe's name, every option with its value, and where relative paths begin.</summary>
    public static string ToJson(Settings settings, bool withRunOptions)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var options = Options(withRunOptions
            ? settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire, OptionGroup.Run)
            : settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire));
        var json = new JsonObject { ["recipe"] = settings.Origin, ["settings"] = options };
        if (s_paths.Any(name => settings.Find(name) is { } path && !Path.IsPathRooted(path)))
            json[FolderKey] = settings.Folder ?? Environment.CurrentDirectory;
        return json.ToJsonString(s_json) + "\n";
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; <paramref name="source"/> is the file, for messages.</summary>
    /// <exception cref="InvalidInputException">The text is no configuration.</exception>
    public static StoredSettings FromJson(string json, string source)
    {
        try
        {
            var root = JsonNode.Parse(json)!.AsObject();
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in root["settings"]!.AsObject())
            {
                if (OptionTable.Find(name) is not { InRecipes: true })
                    throw new InvalidInputException($"{source}: unknown option '{name}'; expected the configuration of a run");
                values[name] = OptionTable.Get(name).Normalise(
                    value!.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(), source);
            }
            return new(root["recipe"]?.GetValue<string>(), source, values, root[FolderKey]?.GetValue<string>());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new InvalidInputException($"{source}: is no configuration of a run", error);
        }
    }

    /// <summary>Of what <see cref="ToJson"/> wrote only how data are read, and nothing about files of this machine; empty stays empty.</summary>
    public static string WithoutFiles(string json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length == 0) return json;
        var options = FromJson(json, source).Values.Where(option => OptionTable.Get(option.Key).Group == OptionGroup.Data
            && option.Key != "validation" && !s_paths.Contains(option.Key));
        return new JsonObject { ["settings"] = Options(new(options.ToDictionary(), StringComparer.Ordinal)) }.ToJsonString(s_json) + "\n";
    }

    /// <summary>
    /// SHA-256 (64 hexadecimal digits) of what decides the result: the options about data, network and training, and the samples (<see cref="Model.Coordination.TrainingJob.DataHash"/>).
    /// </summary>
    public static string Hash(Settings settings, string dataHash) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            Options(settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire)).ToJsonString() + dataHash)));

    /// <summary>Refuses to go on with a run under options that would have given another run.</summary>
    /// <exception cref="InvalidInputException">An option about data, network or training differs from the <paramref name="stored"/>
    /// one.</exception>
    public static void CheckUnchanged(Settings settings, StoredSettings stored)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(stored);
        var now = settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire);
        foreach (var name in now.Keys.Union(stored.Values.Keys).Order(StringComparer.Ordinal))
        {
            var (after, before) = (now.GetValueOrDefault(name), stored.Values.GetValueOrDefault(name));
            if (after == before) continue;
            var free = OptionTable.All.Where(option => option.Group == OptionGroup.Run).Select(option => option.Name);
            throw new InvalidInputException(
                $"{name} is {after ?? "not set"}, but the run began with {before ?? "none"}; only {string.Join(", ", free)} may change " +
                    $"on --resume");
        }
    }

    private static JsonObject Options(SortedDictionary<string, string> stored)
    {
        var options = new JsonObject();
        foreach (var (name, value) in stored) options[name] = ToNode(OptionTable.Get(name), value);
        return options;
    }

    private static JsonValue ToNode(OptionDefinition option, string value) => option.Kind switch
    {
        OptionKind.Flag => JsonValue.Create(value == "true"),
        OptionKind.Whole => JsonValue.Create(long.Parse(value, CultureInfo.InvariantCulture)),
        OptionKind.Number => JsonValue.Create(double.Parse(value, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(value),
    };
}
