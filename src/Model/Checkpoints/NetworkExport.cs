using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Parameters;
using Microsoft.Win32.SafeHandles;

namespace ActorSparse.Model.Checkpoints;

/// <summary>
/// Writes a trained network, without training state, for other programs. Matrices have a row per output neuron and a column per input
/// neuron: z = W x + b.
/// </summary>
public static unsafe class NetworkExport
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Zip entries carry a time; a fixed one makes the same network give the same file.
    private static readonly DateTimeOffset s_entryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// One safetensors file with the arrays of every layer and the specification as metadata; with a <paramref name="schema"/> that has them
    /// also the names of targets, and means and deviations of real ones.
    /// </summary>
    public static void WriteSafetensors(Network network, string path, DataSchema? schema = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var owned = new List<IDisposable>();
        try
        {
            var metadata = NetworkTensors.Metadata(network);
            metadata["format"] = "actorsparse-network";
            if (schema?.TargetNames is { } names) metadata["target_names"] = JsonSerializer.Serialize(names, s_json);
            var tensors = NetworkTensors.Of(network, withVelocities: false, owned);
            tensors.AddRange(StandardizationTensors.Of(StandardizationTensors.Targets, schema?.TargetStandardization, owned));
            SafetensorsWriter.Write(path, tensors, metadata);
        }
        finally
        {
            foreach (var buffer in owned) buffer.Dispose();
        }
    }

    /// <summary>
    /// For every layer l, counted from 0: "layer-l.npz", a CSR matrix for scipy.sparse.load_npz, and "layer-l.bias.npy". Returns the files'
    /// names.
    /// </summary>
    public static IReadOnlyList<string> WriteNpz(Network network, string folder)
    {
        CheckChain(network);
        Directory.CreateDirectory(folder);
        var names = NpzNames(network.Parameters.Sparse.Count);
        for (var index = 0; index < network.Parameters.Sparse.Count; index++)
        {
            var (weights, biases) = (network.Parameters.Sparse[index], network.Parameters.Dense[index]);
            AtomicFile.Write(Path.Combine(folder, names[2 * index]), file => WriteMatrix(file, weights));
            AtomicFile.Write(Path.Combine(folder, names[2 * index + 1]), file =>
            {
                using var stream = StreamOver(file);
                NpyFormat.Write(stream, TensorData.Of("bias", biases.Values));
            });
        }
        return names;
    }

    /// <summary>The names of the files that <see cref="WriteNpz"/> writes for a network of that many layers.</summary>
    public static IReadOnlyList<string> NpzNames(int layerCount) =>
        [.. Enumerable.Range(0, layerCount).SelectMany(layer => (string[])[$"layer-{layer}.npz", $"layer-{layer}.bias.npy"])];

    /// <summary>
    /// An edge list with the columns layer, input, output and weight; a bias is an edge whose input is empty. Weights have as many digits
    /// as it takes to read the same number back.
    /// </summary>
    public static void WriteCsv(Network network, string path)
    {
        CheckChain(network);
        AtomicFile.Write(path, file =>
        {
            using var writer = new StreamWriter(StreamOver(file), new UTF8Encoding(false), 1 << 16) { NewLine = "\n" };
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

    private static void CheckChain(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Spec.IsChain)
            throw new InvalidInputException("matrices and edges are those of a chain of layers; a graph goes to safetensors");
    }

    private static void WriteEdges(StreamWriter writer, int index, Network network)
    {
        var (weights, biases) = (network.Parameters.Sparse[index], network.Parameters.Dense[index]);
        for (var row = 0; row < weights.Topology.OutputCount; row++)
        {
            var position = weights.Topology.RowStart(row);
            foreach (var column in weights.Topology.Row(row))
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index},{column},{row},{weights.Values[position++]:R}"));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index},,{row},{biases.Values[row]:R}"));
        }
    }

    private static void WriteMatrix(SafeFileHandle file, SparseBlock weights)
    {
        var topology = weights.Topology;
        using var stream = StreamOver(file);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        WriteEntry(archive, "indices", entry =>
            NpyFormat.Write(entry, TensorData.Of("indices", topology.Columns, topology.ConnectionCount)));
        WriteEntry(archive, "indptr", entry =>
            NpyFormat.Write(entry, TensorData.Of("indptr", topology.RowStarts, topology.OutputCount + 1L)));
        WriteEntry(archive, "format", entry =>
        {
            NpyFormat.WriteHeader(entry, "|S3");
            entry.Write("csr"u8);
        });
        WriteEntry(archive, "shape", entry =>
        {
            NpyFormat.WriteHeader(entry, "<i8", 2);
            Span<byte> shape = stackalloc byte[2 * sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(shape, topology.OutputCount);
            BinaryPrimitives.WriteInt64LittleEndian(shape[sizeof(long)..], topology.InputCount);
            entry.Write(shape);
        });
        WriteEntry(archive, "data", entry => NpyFormat.Write(entry, TensorData.Of("data", weights.Values)));
    }

    private static void WriteEntry(ZipArchive archive, string name, Action<Stream> write)
    {
        var entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = s_entryTime;
        using var stream = entry.Open();
        write(stream);
    }

    // The handle stays open: AtomicFile flushes it to the disk after the stream has gone.
    private static FileStream StreamOver(SafeFileHandle file) =>
        new(new SafeFileHandle(file.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite);
}
