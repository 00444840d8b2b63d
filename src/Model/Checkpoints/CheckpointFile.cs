using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Saves and loads checkpoints as safetensors files (docs/checkpoints.md lists the tensors and the metadata). Saving is atomic; loading
/// checks the checksum, the shapes, the compressed rows and that all numbers are finite. The same checkpoint gives the same bytes.
/// </summary>
public static class CheckpointFile
{
    private const string FormatKey = "format", VersionKey = "format_version", Format = "actorsparse-checkpoint";

    // Version 1 had an accuracy wherever there is a score now, as all samples had classes.
    private const string FirstVersion = "1", Version = "2";

    private const string CoordinationKey = "coordination", ReplicasKey = "replicas";
    private const int ReplicasMax = 1 << 16;
    private const string StateKey = "training_state", SchemaKey = "data_schema";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Replaces <paramref name="path"/> by <paramref name="checkpoint"/>.</summary>
    public static void Save(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var owned = new List<IDisposable>();
        try
        {
            var tensors = NetworkTensors.Of(checkpoint.Network, withVelocities: true, owned);
            for (var shard = 0; shard < checkpoint.Replicas.Count; shard++)
                if (checkpoint.Replicas[shard] is { } replica)
                    tensors.AddRange(NetworkTensors.Of(replica, withVelocities: true, owned, ReplicaRoot(shard)));
            tensors.AddRange(StandardizationTensors.Of(StandardizationTensors.Features, checkpoint.Schema?.Standardization, owned));
            tensors.AddRange(StandardizationTensors.Of(StandardizationTensors.Targets, checkpoint.Schema?.TargetStandardization, owned));
            SafetensorsWriter.Write(path, tensors, Metadata(checkpoint));
        }
        finally
        {
            foreach (var buffer in owned) buffer.Dispose();
        }
    }

    /// <summary>Loads a checkpoint; the caller owns it.</summary>
    /// <exception cref="InvalidInputException">The file is damaged or is no checkpoint; the message is one line with its name.</exception>
    public static Checkpoint Load(string path)
    {
        using var reader = new SafetensorsReader(path);
        if (reader.Metadata.GetValueOrDefault(FormatKey) != Format)
            throw reader.Fail($"is a safetensors file, but no checkpoint of ActorSparse (metadata '{FormatKey}' is "
                + $"'{reader.Metadata.GetValueOrDefault(FormatKey)}'; expected {Format})");
        if (reader.Metadata.GetValueOrDefault(VersionKey) is var version && version is not (FirstVersion or Version))
            throw reader.Fail($"has format version {version}; this program reads versions {FirstVersion} and {Version}");
        reader.VerifyChecksum();
        var topologies = new Dictionary<ulong, Topology>();
        var network = NetworkTensors.Read(reader, topologies);
        Network?[] replicas = [];
        try
        {
            replicas = ReadReplicas(reader, topologies);
            return new()
            {
                Network = network,
                Replicas = replicas,
                Coordination = reader.Metadata.GetValueOrDefault(CoordinationKey),
                State = ReadState(reader),
                Phase = NetworkTensors.Require(reader, "phase"),
                Schema = ReadSchema(reader, network.Spec),
                Configuration = NetworkTensors.Require(reader, "configuration"),
                ConfigurationHash = NetworkTensors.Require(reader, "configuration_hash"),
            };
        }
        catch
        {
            network.Dispose();
            foreach (var replica in replicas) replica?.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> Metadata(Checkpoint checkpoint)
    {
        var metadata = NetworkTensors.Metadata(checkpoint.Network);
        metadata[FormatKey] = Format;
        metadata[VersionKey] = Version;
        metadata["phase"] = checkpoint.Phase;
        metadata["configuration"] = checkpoint.Configuration;
        metadata["configuration_hash"] = checkpoint.ConfigurationHash;
        if (checkpoint.Coordination is { } coordination) metadata[CoordinationKey] = coordination;
        if (checkpoint.Replicas.Count > 0) metadata[ReplicasKey] = checkpoint.Replicas.Count.ToString(CultureInfo.InvariantCulture);
        for (var shard = 0; shard < checkpoint.Replicas.Count; shard++)
            if (checkpoint.Replicas[shard] is { } replica)
                foreach (var (key, value) in NetworkTensors.Metadata(replica, ReplicaRoot(shard)))
                    if (key.StartsWith(ReplicaRoot(shard), StringComparison.Ordinal)) metadata[key] = value;
        if (checkpoint.State is { } state) metadata[StateKey] = JsonSerializer.Serialize(state, s_json);
        if (checkpoint.Schema is { } schema)
            metadata[SchemaKey] = JsonSerializer.Serialize(schema with { Standardization = null, TargetStandardization = null }, s_json);
        return metadata;
    }

    private static Network?[] ReadReplicas(SafetensorsReader reader, Dictionary<ulong, Topology> topologies)
    {
        if (!reader.Metadata.TryGetValue(ReplicasKey, out var text)) return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > ReplicasMax)
            throw reader.Fail($"metadata '{ReplicasKey}' is '{text}'; expected the number of replicas");
        var replicas = new Network?[count];
        try
        {
            for (var shard = 0; shard < count; shard++)
                if (reader.TensorNames.Contains(ReplicaRoot(shard) + "layers.0.values"))
                    replicas[shard] = NetworkTensors.Read(reader, topologies, ReplicaRoot(shard));
            return replicas;
        }
        catch
        {
            foreach (var replica in replicas) replica?.Dispose();
            throw;
        }
    }

    private static string ReplicaRoot(int shard) => string.Create(CultureInfo.InvariantCulture, $"replicas.{shard}.");

    private static TrainingState? ReadState(SafetensorsReader reader)
    {
        if (ReadJson<TrainingState>(reader, StateKey, FromFirst) is not { } state) return null;
        if (state.Epoch < 0 || state.Batch < 0 || state.UpdateCount < 0 || state.EpochSampleCount < 0 || state.EpochScoreSum < 0
            || state.EpochScoreWeight < 0)
            throw reader.Fail($"metadata '{StateKey}' counts below 0");
        if (state.Validation is { } validation && (validation.BestEpoch < 1 || validation.LastEpoch < validation.BestEpoch))
            throw reader.Fail($"metadata '{StateKey}' has its best epoch after its last one, or none");
        return state.RateScale is > 0 and <= 1 ? state
            : throw reader.Fail(string.Create(CultureInfo.InvariantCulture,
                $"metadata '{StateKey}' has a rate scale of {state.RateScale}; expected above 0 to 1"));
    }

    private static DataSchema? ReadSchema(SafetensorsReader reader, NetworkSpec spec)
    {
        if (ReadJson<DataSchema>(reader, SchemaKey) is not { } schema) return null;
        var hasClasses = schema.TargetKind == TargetKind.Classes;
        if (schema.FeatureCount != spec.InputCount || (hasClasses && (schema.ClassCount < 1 || schema.ClassCount > spec.ClassCount)))
            throw reader.Fail(
                $"metadata '{SchemaKey}': {schema.FeatureCount} features and {schema.ClassCount} classes do not fit the network");
        if (hasClasses && schema.ClassNames is { } names && (names.Count != schema.ClassCount || names.Contains(null)))
            throw reader.Fail($"metadata '{SchemaKey}': {names.Count} class names; expected {schema.ClassCount}");
        if (!hasClasses && (schema.TargetNames is not { } targets || targets.Count != spec.OutputCount || targets.Contains(null)))
            throw reader.Fail($"metadata '{SchemaKey}': {schema.TargetNames?.Count ?? 0} target names; expected {spec.OutputCount}");
        if (schema.IndexBase is not (0 or 1)) throw reader.Fail($"metadata '{SchemaKey}': index base {schema.IndexBase}; expected 0 or 1");
        if (schema.Table is { } table && (table.Columns is null || table.Columns.Contains(null) || table.FeatureCount != schema.FeatureCount))
            throw reader.Fail($"metadata '{SchemaKey}': its table does not have {schema.FeatureCount} features");
        if (schema.ImageShape is { } image
            && (image.Height < 1 || image.Width < 1 || image.Channels < 1 || image.FeatureCount != schema.FeatureCount))
            throw reader.Fail($"metadata '{SchemaKey}': images of {image.Height} x {image.Width} x {image.Channels} pixels do not have "
                + $"{schema.FeatureCount} features");
        return schema with
        {
            Standardization = StandardizationTensors.Read(reader, StandardizationTensors.Features, schema.FeatureCount),
            TargetStandardization = schema.TargetKind != TargetKind.Real ? null
                : StandardizationTensors.Read(reader, StandardizationTensors.Targets, spec.OutputCount),
        };
    }

    private static JsonNode FromFirst(JsonNode state)
    {
        state["best_test_score"] = state["best_test_accuracy"]?.DeepClone();
        state["epoch_score_sum"] = state["epoch_correct_count"]?.DeepClone() ?? 0;
        state["epoch_score_weight"] = state["epoch_sample_count"]?.DeepClone() ?? 0;
        return state;
    }

    private static T? ReadJson<T>(SafetensorsReader reader, string key, Func<JsonNode, JsonNode>? fromFirst = null) where T : class
    {
        if (!reader.Metadata.TryGetValue(key, out var text)) return null;
        try
        {
            var isFirst = fromFirst is not null && reader.Metadata[VersionKey] == FirstVersion;
            var result = isFirst ? fromFirst!(JsonNode.Parse(text) ?? throw new JsonException("null")).Deserialize<T>(s_json)
                : JsonSerializer.Deserialize<T>(text, s_json);
            return result ?? throw new JsonException("null");
        }
        // The arrays of a schema's standardisation are tensors: as text it may be anything.
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidInputException($"{reader.Path}: metadata '{key}' is not what version {reader.Metadata[VersionKey]} of the format writes", error);
        }
    }
}
