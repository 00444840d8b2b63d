using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Data;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Checkpoints;

/// <summary>Checkpoints whose checksum is right but whose content is not, as somebody may make them.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    private const string ChecksumKey = "\"sha256\":\"";

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public DamagedCheckpointTests() => _path = Path.Combine(_folder.Root, "damaged.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Damaged_arrays_and_texts_are_refused_in_one_line_or_read_as_a_sound_network(bool arrays)
    {
        var bytes = Saved();
        var dataStart = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        int read = 0, refused = 0;
        Damage.Any.ForAll(1500, damage =>
        {
            byte[] damaged = arrays
                ? [.. bytes[..dataStart], .. Damage.Apply(bytes.AsSpan(dataStart), damage, keepLength: true)]
                : [.. bytes[..8], .. Damage.Apply(bytes.AsSpan(8, dataStart - 8), damage, keepLength: true), .. bytes[dataStart..]];
            if (Load(damaged) is { } loaded)
            {
                using (loaded) AssertSound(loaded);
                read++;
            }
            else refused++;
        });
        Assert.True(refused > 100 && read > 20, $"{refused} refused and {read} read");
    }

    [Theory]
    [InlineData("\"epsilon\":\"1.5\"", "\"epsilon\":\"NaN\"", "epsilon")]
    [InlineData("\"epsilon\":\"1.5\"", "\"epsilon\":\"-15\"", "epsilon")]
    [InlineData("\"layers.2.bias_second_moments\"", "\"layers.2.bias_second_momentz\"", "none for 'layers.2.bias'")]
    [InlineData("\"activation\":\"all-relu:0.6\"", "\"activation\":\"softmax\"     ", "softmax")]
    [InlineData("\\\"epoch\\\":3", "\\\"epoch\\\":-3", "training_state")]
    [InlineData("\\\"batch\\\":17", "\\\"batch\\\":-1", "training_state")]
    [InlineData("\\\"rate_scale\\\":1", "\\\"rate_scale\\\":0", "training_state")]
    [InlineData("\\\"index_base\\\":1", "\\\"index_base\\\":7", "index base")]
    [InlineData("[\\\"T-shirt/top\\\",", "[\\\"\\\",\\\"T-shirt\\\",", "class names")]
    [InlineData("\\\"height\\\":1", "\\\"height\\\":9", "pixels")]
    [InlineData("\\\"height\\\":1", "\\\"height\\\":-1", "pixels")]
    public void A_number_that_cannot_be_is_refused_with_its_place(string text, string by, string expected)
    {
        var bytes = Saved();
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = Encoding.UTF8.GetString(bytes, 8, headerLength).TrimEnd();
        Assert.Contains(text, header, StringComparison.Ordinal);
        var changed = Encoding.UTF8.GetBytes(header.Replace(text, by, StringComparison.Ordinal)).ToList();
        while (changed.Count < headerLength + 64) changed.Add((byte)' ');
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, changed.Count);
        var error = Refusal([.. length, .. changed, .. bytes[(8 + headerLength)..]]);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_of_one_file_share_topologies_and_one_identity_does_not_stand_for_two()
    {
        using var network = Samples.Network(6, 5, 3);
        using var replica = network.Clone();
        CheckpointFile.Save(_path, new() { Network = network, Replicas = [replica, null] });
        using (var loaded = CheckpointFile.Load(_path))
        {
            for (var layer = 0; layer < 2; layer++)
                Assert.Same(loaded.Network.Parameters.Sparse[layer].Topology, loaded.Replicas[0]!.Parameters.Sparse[layer].Topology);
            Assert.Null(loaded.Replicas[1]);
        }

        // Another network, under the names of the first: what was copied from one to the other would lie in foreign memory.
        using var other = Network.Create(network.Spec, new RandomSource(99));
        CheckpointFile.Save(_path, new() { Network = network, Replicas = [other] });
        var bytes = File.ReadAllBytes(_path);
        for (var layer = 0; layer < 2; layer++) Replace(bytes, Name(other, layer), Name(network, layer));
        Assert.Contains("other connections", Refusal(bytes), StringComparison.Ordinal);
    }

    private byte[] Saved()
    {
        using var network = Samples.Network(4, 6, 2);
        using var replica = network.Clone();
        CheckpointFile.Save(_path, Samples.Checkpoint(network) with { Replicas = [replica, null] });
        return File.ReadAllBytes(_path);
    }

    private string Refusal(byte[] bytes)
    {
        File.WriteAllBytes(_path, Seal(bytes));
        return Assert.Throws<InvalidInputException>(() => CheckpointFile.Load(_path)).Message;
    }

    // Null if it was refused as it should be.
    private Checkpoint? Load(byte[] bytes)
    {
        File.WriteAllBytes(_path, Seal(bytes));
        try
        {
            return CheckpointFile.Load(_path);
        }
        catch (InvalidInputException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            return null;
        }
    }

    private static string Name(Network network, int layer) =>
        network.Parameters.Sparse[layer].Topology.Id.ToString("x16", CultureInfo.InvariantCulture);

    private static void Replace(byte[] bytes, string text, string by) =>
        Encoding.ASCII.GetBytes(by).CopyTo(bytes, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)));

    // With the checksum that the content has now.
    private static byte[] Seal(byte[] bytes)
    {
        var place = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(ChecksumKey));
        if (place < 0 || place + ChecksumKey.Length + 64 > bytes.Length) return bytes;
        var digits = bytes.AsSpan(place + ChecksumKey.Length, 64);
        digits.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes))).CopyTo(digits);
        return bytes;
    }

    private static void AssertSound(Checkpoint checkpoint)
    {
        foreach (var network in checkpoint.Replicas.Append(checkpoint.Network).OfType<Network>())
        {
            network.Spec.Validate();
            foreach (var layer in network.Parameters.Sparse)
            {
                Assert.Equal(layer.Topology.ConnectionCount, layer.Values.Length);
                for (var row = 0; row < layer.Topology.OutputCount; row++)
                    foreach (var column in layer.Topology.Row(row)) Assert.InRange(column, 0, layer.Topology.InputCount - 1);
            }
            checkpoint.Network.CopyFrom(network);
        }
    }
}
