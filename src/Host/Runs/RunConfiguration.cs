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
    private static readonly string[] s_paths = ["train", "train-labels", "test", "test-labels", "validation", "data-dir"];

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings as JSON: the recipe's name, every option with its value, and where relative paths begin.</summary>
    public static string ToJson(Settings settings, bool withRunOptions)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var options = Options(withRunOptions
            ? settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire, OptionGroup.Run)
            : settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire));
        return Json(settings, options);
    }

    /// <summary>
    /// What other nodes need to know of recoveries: every option that says what is recovered and how, also those of the call, and where
    /// relative paths begin.
    /// </summary>
    public static string OfRecovery(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Json(settings, Options(RecoveryOptions(settings)));
    }

    /// <summary>The same as a hash, with the samples.</summary>
    public static string HashOfRecovery(Settings settings, string dataHash)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Hash(RecoveryOptions(settings), dataHash);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; <paramref name="source"/> is the file, for messages.</summary>
    /// <exception cref="InvalidInputException">The text is no configuration.</exception>
    public static StoredSettings FromJson(string json, string source, bool withCallOptions = false)
    {
        try
        {
            var root = JsonNode.Parse(json)!.AsObject();
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in root["settings"]!.AsObject())
            {
                if (OptionTable.Find(name) is not { } option || !(option.InRecipes || withCallOptions))
                    throw new InvalidInputException($"{source}: unknown option '{name}'; expected the configuration of a run");
                values[name] = option.Normalise(
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
            && !IsPath(option.Key, option.Value));
        return new JsonObject { ["settings"] = Options(new(options.ToDictionary(), StringComparer.Ordinal)) }.ToJsonString(s_json) + "\n";
    }

    /// <summary>
    /// SHA-256 (64 hexadecimal digits) of what decides the result: the options about data, network and training, and the samples (<see cref="Model.Coordination.TrainingJob.DataHash"/>).
    /// </summary>
    public static string Hash(Settings settings, string dataHash) =>
        Hash(settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Wire), dataHash);

    /// <summary>The same of the configuration that a checkpoint holds.</summary>
    public static string Hash(StoredSettings stored, string dataHash)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return Hash(new SortedDictionary<string, string>(stored.Values.ToDictionary(), StringComparer.Ordinal), dataHash);
    }

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

    private static string Hash(SortedDictionary<string, string> options, string dataHash) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Options(options).ToJsonString() + dataHash)));

    private static string Json(Settings settings, JsonObject options)
    {
        var json = new JsonObject { ["recipe"] = settings.Origin, ["settings"] = options };
        if (s_paths.Any(name => settings.Find(name) is { } path && IsPath(name, path) && !Path.IsPathRooted(path)))
            json[FolderKey] = settings.Folder ?? Environment.CurrentDirectory;
        return json.ToJsonString(s_json) + "\n";
    }

    // Without those of a run (threads, folders) and of a node.
    private static SortedDictionary<string, string> RecoveryOptions(Settings settings)
    {
        var options = settings.Stored(OptionGroup.Data, OptionGroup.Network, OptionGroup.Training, OptionGroup.Call);
        foreach (var name in (string[])[.. CallOptions.Of(Verbs.Cluster), "cluster"]) options.Remove(name);
        return options;
    }

    private static bool IsPath(string name, string value) =>
        s_paths.Contains(name) && (name != "validation" || TrainingSetup.ValidationShare(value) is null);

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
