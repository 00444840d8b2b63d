using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Sparse;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Saves and loads checkpoints as safetensors files (docs/checkpoints.md lists the tensors and the metadata). Saving is atomic; loading
/// checks the checksum, the shapes, the compressed rows and that all numbers are finite. The same checkpoint gives the same bytes.
/// </summary>
internal static partial class CheckpointFile
{
    internal const string FormatKey = "format", VersionKey = "format_version", ConfigurationKey = "configuration";
    internal const string ExportFormat = "actorsparse-network", Version = "3";
    private const string Format = "actorsparse-checkpoint";

    // Version 1 had an accuracy wherever there is a score now, as all samples had classes. Version 2 counted layers from 0, as it did.
    private const string FirstVersion = "1", SecondVersion = "2";

    private const string CoordinationKey = "coordination", ReplicasKey = "replicas";
    private const int ReplicasMax = 1 << 16;
    private const string StateKey = "training_state";

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
            tensors.AddRange(SchemaTensors.Of(checkpoint.Schema, owned));
            SafetensorsWriter.Write(path, tensors, Metadata(checkpoint));
        }
        finally
        {
            foreach (var buffer in owned) buffer.Dispose();
        }
    }

    /// <summary>Loads a checkpoint, or what <see cref="NetworkExport"/> made of one for use; the caller owns it.</summary>
    /// <exception cref="InvalidInputException">The file is damaged or is no checkpoint; the message is one line with its name.</exception>
    public static Checkpoint Load(string path)
    {
        using var reader = TensorReader.Open(path);
        var format = reader.Metadata.GetValueOrDefault(FormatKey);
        if (format is not (Format or ExportFormat))
            throw reader.Fail(
                $"is no checkpoint or export of ActorSparse (metadata '{FormatKey}' is '{format}'; expected {Format} or {ExportFormat})");
        var version = reader.Metadata.GetValueOrDefault(VersionKey);
        var isOld = format == Format && version is FirstVersion or SecondVersion;
        if (version != Version && !isOld)
            throw reader.Fail(
                $"has format version {version}; this program reads {FirstVersion} to {Version} of checkpoints, {Version} of exports");
        reader.VerifyChecksum();
        if (isOld && reader.Metadata.ContainsKey(NetworkTensors.LayersKey)) (reader as SafetensorsReader)?.Rename(CountedFromOne);
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
                Phase = TextOf("phase"),
                Schema = SchemaTensors.Read(reader, network.Spec),
                Configuration = TextOf(ConfigurationKey),
                ConfigurationHash = TextOf("configuration_hash"),
            };
        }
        catch
        {
            network.Dispose();
            foreach (var replica in replicas) replica?.Dispose();
            throw;
        }

        string TextOf(string key) => format == Format ? NetworkTensors.Require(reader, key) : reader.Metadata.GetValueOrDefault(key) ?? "";
    }

    private static Dictionary<string, string> Metadata(Checkpoint checkpoint)
    {
        var metadata = NetworkTensors.Metadata(checkpoint.Network);
        metadata[FormatKey] = Format;
        metadata[VersionKey] = Version;
        metadata["phase"] = checkpoint.Phase;
        metadata[ConfigurationKey] = checkpoint.Configuration;
        metadata["configuration_hash"] = checkpoint.ConfigurationHash;
        if (checkpoint.Coordination is { } coordination) metadata[CoordinationKey] = coordination;
        if (checkpoint.Replicas.Count > 0) metadata[ReplicasKey] = checkpoint.Replicas.Count.ToString(CultureInfo.InvariantCulture);
        for (var shard = 0; shard < checkpoint.Replicas.Count; shard++)
            if (checkpoint.Replicas[shard] is { } replica)
                foreach (var (key, value) in NetworkTensors.Metadata(replica, ReplicaRoot(shard)))
                    if (key.StartsWith(ReplicaRoot(shard), StringComparison.Ordinal)) metadata[key] = value;
        if (checkpoint.State is { } state) metadata[StateKey] = JsonText.Format(state);
        if (checkpoint.Schema is { } schema) metadata[SchemaTensors.Key] = SchemaTensors.Format(schema);
        return metadata;
    }

    private static Network?[] ReadReplicas(TensorReader reader, Dictionary<ulong, Topology> topologies)
    {
        if (!reader.Metadata.TryGetValue(ReplicasKey, out var text)) return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > ReplicasMax)
            throw reader.Fail($"metadata '{ReplicasKey}' is '{text}'; expected the number of replicas");
        var replicas = new Network?[count];
        try
        {
            for (var shard = 0; shard < count; shard++)
                if (reader.TensorNames.Any(name => name.StartsWith(ReplicaRoot(shard), StringComparison.Ordinal)))
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

    private static TrainingState? ReadState(TensorReader reader)
    {
        var isFirst = reader.Metadata[VersionKey] == FirstVersion;
        if (JsonText.Read<TrainingState>(reader, StateKey, isFirst ? FromFirst : null) is not { } state) return null;
        if (state.Epoch < 0 || state.Batch < 0 || state.UpdateCount < 0 || state.EpochSampleCount < 0 || state.EpochScoreSum < 0
            || state.EpochScoreWeight < 0)
            throw reader.Fail($"metadata '{StateKey}' counts below 0");
        if (state.Validation is { } validation && (validation.BestEpoch < 1 || validation.LastEpoch < validation.BestEpoch))
            throw reader.Fail($"metadata '{StateKey}' has its best epoch after its last one, or none");
        return state.RateScale is > 0 and <= 1 ? state
            : throw reader.Fail(string.Create(CultureInfo.InvariantCulture,
                $"metadata '{StateKey}' has a rate scale of {state.RateScale}; expected above 0 to 1"));
    }

    private static string CountedFromOne(string name) => Layer().Replace(name, match =>
        match.Groups["root"].Value + NetworkSpec.LayerName(int.Parse(match.Groups["layer"].ValueSpan, CultureInfo.InvariantCulture) + 1));

    [GeneratedRegex(@"^(?<root>(replicas\.[0-9]+\.)?)layers\.(?<layer>[0-9]{1,8})(?=\.)")]
    private static partial Regex Layer();

    private static JsonNode FromFirst(JsonNode state)
    {
        state["best_test_score"] = state["best_test_accuracy"]?.DeepClone();
        state["epoch_score_sum"] = state["epoch_correct_count"]?.DeepClone() ?? 0;
        state["epoch_score_weight"] = state["epoch_sample_count"]?.DeepClone() ?? 0;
        return state;
    }
}
