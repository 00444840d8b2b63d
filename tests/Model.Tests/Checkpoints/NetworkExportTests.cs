using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Tests.Data;

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
    public void Every_layer_becomes_a_matrix_that_scipy_loads()
    {
        var names = NetworkExport.WriteNpz(_network, _folder.Root);
        Assert.Equal(["layer-0.npz", "layer-0.bias.npy", "layer-1.npz", "layer-1.bias.npy"], names);
        for (var index = 0; index < 2; index++)
        {
            var layer = _network.Parameters.Sparse[index];
            using var archive = ZipFile.OpenRead(Path.Combine(_folder.Root, $"layer-{index}.npz"));
            Assert.Equal(["indices.npy", "indptr.npy", "format.npy", "shape.npy", "data.npy"],
                archive.Entries.Select(entry => entry.FullName));
            Assert.Equal("csr"u8.ToArray(), Array(archive, "format.npy", "{'descr': '|S3', 'fortran_order': False, 'shape': (), }"));
            Assert.Equal([layer.Topology.OutputCount, layer.Topology.InputCount],
                MemoryMarshal.Cast<byte, long>(Array(archive, "shape.npy", "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }"))
                    .ToArray());
            var connections = layer.Topology.ConnectionCount;
            Assert.Equal(layer.Values.Span.ToArray(),
                MemoryMarshal.Cast<byte, float>(
                    Array(archive, "data.npy", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({connections},), }}")).ToArray());
            var starts = MemoryMarshal.Cast<byte, int>(
                Array(archive, "indptr.npy",
                    $"{{'descr': '<i4', 'fortran_order': False, 'shape': ({layer.Topology.OutputCount + 1},), }}")).ToArray();
            var columns = MemoryMarshal.Cast<byte, int>(
                Array(archive, "indices.npy", $"{{'descr': '<i4', 'fortran_order': False, 'shape': ({connections},), }}")).ToArray();
            for (var row = 0; row < layer.Topology.OutputCount; row++)
                Assert.Equal(layer.Topology.Row(row).ToArray(), columns[starts[row]..starts[row + 1]]);
            var bias = Content(File.ReadAllBytes(Path.Combine(_folder.Root, $"layer-{index}.bias.npy")),
                $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({layer.Topology.OutputCount},), }}");
            Assert.Equal(_network.Parameters.Dense[index].Values.Span.ToArray(), MemoryMarshal.Cast<byte, float>(bias).ToArray());
        }
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
            var number = int.Parse(fields[0], CultureInfo.InvariantCulture);
            var layer = _network.Parameters.Sparse[number];
            var output = int.Parse(fields[2], CultureInfo.InvariantCulture);
            var weight = float.Parse(fields[3], CultureInfo.InvariantCulture);
            var expected = fields[1].Length == 0
                ? _network.Parameters.Dense[number].Values[output]
                : layer.Values[layer.Topology.Find(output, int.Parse(fields[1], CultureInfo.InvariantCulture))];
            Assert.Equal(expected, weight);
        }
    }

    [Fact]
    public void The_safetensors_file_holds_weights_only()
    {
        var path = Path.Combine(_folder.Root, "network.safetensors");
        NetworkExport.WriteSafetensors(_network, path);
        using var reader = new SafetensorsReader(path);
        reader.VerifyChecksum();
        Assert.DoesNotContain(reader.TensorNames, name => name.Contains("velocit", StringComparison.Ordinal));
        using var values = reader.ReadFloats("layers.1.values", _network.Parameters.Sparse[1].Topology.ConnectionCount);
        Assert.Equal(_network.Parameters.Sparse[1].Values.Span.ToArray(), values.Span.ToArray());
        Assert.Equal("6-5-3", reader.Metadata["layers"]);
    }

    private static byte[] Array(ZipArchive archive, string name, string dictionary)
    {
        using var stream = archive.GetEntry(name)!.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return Content(content.ToArray(), dictionary);
    }

    private static byte[] Content(byte[] file, string dictionary)
    {
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], file[..8]);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        Assert.Equal(0, (10 + length) % 64);
        Assert.Equal(dictionary.PadRight(length - 1) + "\n", Encoding.ASCII.GetString(file, 10, length));
        return file[(10 + length)..];
    }
}
