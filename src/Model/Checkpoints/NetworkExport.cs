using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Data;
using ActorSparse.Model.Graph;
using ActorSparse.Model.Networks;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Writes a trained network, without training state, for other programs. Matrices have a row per output neuron and a column per input
/// neuron: z = W x + b.
/// </summary>
internal static class NetworkExport
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// One safetensors file with the arrays of all blocks, and all that it takes to predict: the network, how features are read and
    /// standardised, what outputs mean.
    /// </summary>
    public static void WriteSafetensors(Checkpoint checkpoint, string path) =>
        Write(checkpoint, (tensors, metadata) => SafetensorsWriter.Write(path, tensors, metadata));

    /// <summary>One file for numpy.load with what <see cref="WriteSafetensors"/> writes, the metadata as JSON in bytes.</summary>
    public static void WriteNpz(Checkpoint checkpoint, string path) =>
        Write(checkpoint, (tensors, metadata) => NpzWriter.Write(path, tensors, metadata));

    /// <summary>
    /// An edge list with the columns layer (from 1), input, output and weight; a bias is an edge whose input is empty. Weights have as many
    /// digits as it takes to read the same number back.
    /// </summary>
    public static void WriteCsv(Network network, string path)
    {
        CheckChain(network);
        AtomicFile.WriteStream(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
            writer.WriteLine("layer,input,output,weight");
            for (var index = 0; index < network.Parameters.Sparse.Count; index++) WriteEdges(writer, index, network);
        });
    }

    /// <summary>
    /// What a program needs to make sense of the outputs, as JSON: the names of targets or labels, and means and deviations of real targets.
    /// </summary>
    public static void WriteTargets(DataSchema schema, string path)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var json = new JsonObject { ["names"] = JsonSerializer.SerializeToNode(schema.TargetNames, s_json) };
        if (schema.TargetStandardization is { } standardization)
        {
            json["means"] = JsonSerializer.SerializeToNode(standardization.Means, s_json);
            json["deviations"] = JsonSerializer.SerializeToNode(standardization.Deviations, s_json);
        }
        AtomicFile.WriteText(path, json.ToJsonString(s_json) + "\n");
    }

    /// <summary>The texts that go with an export.</summary>
    internal static Dictionary<string, string> Metadata(Checkpoint checkpoint)
    {
        var metadata = NetworkTensors.Metadata(checkpoint.Network);
        metadata[CheckpointFile.FormatKey] = CheckpointFile.ExportFormat;
        metadata[CheckpointFile.VersionKey] = CheckpointFile.Version;
        metadata[NetworkTensors.NetworkKey] = GraphText.Format(checkpoint.Network.Spec.ToGraph());
        if (checkpoint.Configuration.Length > 0) metadata[CheckpointFile.ConfigurationKey] = checkpoint.Configuration;
        if (checkpoint.Schema is { } schema) metadata[SchemaTensors.Key] = SchemaTensors.Format(schema);
        return metadata;
    }

    private static void Write(Checkpoint checkpoint, Action<IReadOnlyList<TensorData>, IReadOnlyDictionary<string, string>> write)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var owned = new List<IDisposable>();
        try
        {
            var tensors = NetworkTensors.Of(checkpoint.Network, withVelocities: false, owned);
            write([.. tensors, .. SchemaTensors.Of(checkpoint.Schema, owned)], Metadata(checkpoint));
        }
        finally
        {
            foreach (var buffer in owned) buffer.Dispose();
        }
    }

    private static void CheckChain(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Spec.IsChain)
            throw new InvalidInputException("matrices and edges are those of a chain of layers; a graph goes to safetensors, npz or onnx");
    }

    private static void WriteEdges(StreamWriter writer, int index, Network network)
    {
        var (weights, biases) = (network.Parameters.Sparse[index], network.Parameters.Dense[index]);
        for (var row = 0; row < weights.Topology.OutputCount; row++)
        {
            var position = weights.Topology.RowStart(row);
            foreach (var column in weights.Topology.Row(row))
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index + 1},{column},{row},{weights.Values[position++]:R}"));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index + 1},,{row},{biases.Values[row]:R}"));
        }
    }
}
