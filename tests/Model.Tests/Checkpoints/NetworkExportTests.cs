using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Data;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Checkpoints;

public sealed class NetworkExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Network _network = Samples.Network(6, 5, 3);

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_edge_list_reads_back_to_the_same_weights()
    {
        var path = Path.Combine(_folder.Root, "edges.csv");
        NetworkExport.WriteCsv(_network, path);
        var lines = File.ReadAllLines(path);
        Assert.Equal("layer,input,output,weight", lines[0]);
        Assert.Equal(_network.ConnectionCount + 5 + 3, lines.Length - 1);
        foreach (var fields in lines.Skip(1).Select(line => line.Split(',')))
        {
            var index = int.Parse(fields[0], CultureInfo.InvariantCulture) - 1;
            var layer = _network.Parameters.Sparse[index];
            var output = int.Parse(fields[2], CultureInfo.InvariantCulture);
            var weight = float.Parse(fields[3], CultureInfo.InvariantCulture);
            var expected = fields[1].Length == 0
                ? _network.Parameters.Dense[index].Values[output]
                : layer.Values[layer.Topology.Find(output, int.Parse(fields[1], CultureInfo.InvariantCulture))];
            Assert.Equal(expected, weight);
        }
    }

    [Theory]
    [InlineData("safetensors")]
    [InlineData("npz")]
    public void An_export_has_all_that_it_takes_to_predict_and_nothing_of_training(string format)
    {
        var (saved, path) = (Samples.Checkpoint(_network), Export(format));
        using var reader = TensorReader.Open(path);
        Assert.All(reader.TensorNames, name => Assert.DoesNotMatch("velocit|moment", name));
        using var values = reader.ReadFloats("layers.2.values", _network.Parameters.Sparse[1].Topology.ConnectionCount);
        Assert.Equal(_network.Parameters.Sparse[1].Values.Span.ToArray(), values.Span.ToArray());
        using var means = reader.ReadFloats("features.means", 6);
        Assert.Equal(saved.Schema!.Standardization!.Means, means.Span.ToArray());
        using var graph = JsonDocument.Parse(reader.Metadata["network"]);
        Assert.Equal(["leaky-relu:-0.6", null], graph.RootElement.GetProperty("nodes").EnumerateArray()
            .Select(node => node.TryGetProperty("activation", out var activation) ? activation.GetString() : null));
        using var schema = JsonDocument.Parse(reader.Metadata["data_schema"]);
        var names = schema.RootElement.GetProperty("class_names").EnumerateArray();
        Assert.Equal(saved.Schema.ClassNames, names.Select(name => name.GetString()));

        using var loaded = CheckpointFile.Load(path);
        Assert.Null(loaded.State);
        Assert.Equal(_network.Spec.LayerSizes, loaded.Network.Spec.LayerSizes);
        Assert.Equal(_network.LivingNeuronCounts(), loaded.Network.LivingNeuronCounts());
        Assert.Equal(saved.Schema.Standardization.Deviations, loaded.Schema!.Standardization!.Deviations);
        foreach (var (expected, actual) in _network.Parameters.Blocks.Zip(loaded.Network.Parameters.Blocks))
            Assert.Equal(expected.Values.Span.ToArray(), actual.Values.Span.ToArray());
        var before = File.ReadAllBytes(path);
        Assert.Equal(before, File.ReadAllBytes(Export(format)));
    }

    // What NumPy documents of its format; what it really reads is seen where Python runs.
    [Fact]
    public void An_npz_file_is_an_archive_of_arrays()
    {
        using var archive = ZipFile.OpenRead(Export("npz"));
        Assert.Equal("metadata.npy", archive.Entries[^1].FullName);
        var biases = _network.Parameters.Dense[0].Values.Span.ToArray();
        var bytes = Content(archive.GetEntry("layers.1.bias.npy")!);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var header = Encoding.ASCII.GetString(bytes, 10, 64);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }", header, StringComparison.Ordinal);
        Assert.Equal(biases, MemoryMarshal.Cast<byte, float>(bytes.AsSpan()[^(4 * biases.Length)..]).ToArray());
    }

    [Fact]
    public void A_damaged_npz_export_is_refused_in_one_line_or_holds_the_same()
    {
        var path = Export("npz");
        var bytes = File.ReadAllBytes(path);
        var refused = 0;
        for (var index = 0; index < bytes.Length; index += index % 7 == 0 ? 1 : 3)
        {
            bytes[index] ^= 0x10;
            refused += IsRefused(path, bytes) ? 1 : 0;
            bytes[index] ^= 0x10;
        }
        Assert.True(refused > bytes.Length / 4, $"{refused} refused");
        Damage.Any.ForAll(500, damage => IsRefused(path, Damage.Apply(bytes, damage)));
        for (var length = 0; length < bytes.Length; length += 31)
            Assert.True(IsRefused(path, bytes[..length]), $"cut after {length} bytes");
    }

    [Fact]
    public void Other_npz_files_are_refused_by_name()
    {
        var path = Path.Combine(_folder.Root, "other.npz");
        Assert.Contains("no array 'metadata'", Refusal(("x.npy", "\u0093NUMPY")), StringComparison.Ordinal);
        Assert.Contains("no array of NumPy's", Refusal(("readme.txt", "")), StringComparison.Ordinal);
        Assert.Contains("twice", Refusal(("x.npy", ""), ("x.npy", "")), StringComparison.Ordinal);
        Assert.Contains("'zeros.npy' is compressed", Refusal(("zeros.npy", new('0', 100_000))), StringComparison.Ordinal);
        Assert.Contains("metadata.npy", Refusal(("metadata.npy", "no array")), StringComparison.Ordinal);
        Assert.Contains("no JSON object", Refusal(("metadata.npy", Array("[1]"))), StringComparison.Ordinal);
        Assert.Contains("no checkpoint or export", Refusal(("metadata.npy", Array("{}"))), StringComparison.Ordinal);
        var unsealed = Array("""{"format":"actorsparse-network","format_version":"3"}""");
        Assert.Contains("no checksum", Refusal(("metadata.npy", unsealed)), StringComparison.Ordinal);

        string Refusal(params (string Name, string Content)[] entries)
        {
            var level = entries[0].Name == "zeros.npy" ? CompressionLevel.Fastest : CompressionLevel.NoCompression;
            File.Delete(path);
            using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
                foreach (var (name, content) in entries)
                    using (var stream = archive.CreateEntry(name, level).Open()) stream.Write(Encoding.Latin1.GetBytes(content));
            var message = Assert.Throws<InvalidInputException>(() => CheckpointFile.Load(path)).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            return message;
        }

        static string Array(string text)
        {
            using var stream = new MemoryStream();
            NpyFormat.WriteHeader(stream, "|u1", text.Length);
            stream.Write(Encoding.ASCII.GetBytes(text));
            return Encoding.Latin1.GetString(stream.ToArray());
        }
    }

    // What has the right checksum may come from anybody.
    [Theory]
    [InlineData("layers.1.values", "has no tensor 'layers.1.values'")]
    [InlineData("layers.1.indptr", "'layers.1.indptr' has 1 dimensions of <f4; expected 1 of <i4")]
    [InlineData("layers.2.bias", "'layers.2.bias' has 2 elements; expected 3")]
    [InlineData("features.means", "'features.means' holds NaN at 1")]
    public void Arrays_that_are_not_the_networks_are_refused_by_name(string name, string expected)
    {
        var path = Path.Combine(_folder.Root, "hostile.npz");
        using var numbers = new NativeBuffer<float>(name == "layers.2.bias" ? 2 : 6);
        numbers[1] = float.NaN;
        var owned = new List<IDisposable>();
        var checkpoint = Samples.Checkpoint(_network);
        var tensors = NetworkTensors.Of(_network, withVelocities: false, owned);
        tensors.AddRange(SchemaTensors.Of(checkpoint.Schema, owned));
        Assert.Equal(1, tensors.RemoveAll(tensor => tensor.Name == name));
        if (name != "layers.1.values") tensors.Add(TensorData.Of(name, numbers));
        NpzWriter.Write(path, tensors, NetworkExport.Metadata(checkpoint));
        foreach (var buffer in owned) buffer.Dispose();
        var error = Assert.Throws<InvalidInputException>(() => CheckpointFile.Load(path));
        Assert.StartsWith($"{path}: {expected}", error.Message, StringComparison.Ordinal);
    }

    private string Export(string format)
    {
        var path = Path.Combine(_folder.Root, "network." + format);
        if (format == "npz") NetworkExport.WriteNpz(Samples.Checkpoint(_network), path);
        else NetworkExport.WriteSafetensors(Samples.Checkpoint(_network), path);
        return path;
    }

    private bool IsRefused(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            using var loaded = CheckpointFile.Load(path);
            foreach (var (expected, actual) in _network.Parameters.Blocks.Zip(loaded.Network.Parameters.Blocks))
                Assert.Equal(expected.Values.Span.ToArray(), actual.Values.Span.ToArray());
            return false;
        }
        catch (InvalidInputException error)
        {
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            return true;
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
