using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Data;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly string _path;

    public CheckpointFileTests() => _path = Path.Combine(_folder.Root, "last.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_saved_is_loaded_bit_for_bit() =>
        (from sizes in Gen.Int[2, 9].Array[3, 5]
         from rate in Gen.Double[0, 1]
         from lossSum in Gen.Double[-1e300, 1e300]
         select (sizes, rate, lossSum)).ForAll(30, (sizes, rate, lossSum) =>
    {
        using var network = Samples.Network(sizes);
        var saved = Samples.Checkpoint(network);
        saved = saved with { State = saved.State! with { LastLearningRate = rate, EpochLossSum = lossSum } };
        CheckpointFile.Save(_path, saved);
        using var loaded = CheckpointFile.Load(_path);

        Assert.Equal(saved.State, loaded.State);
        Assert.Equal((saved.Phase, saved.Configuration, saved.ConfigurationHash),
            (loaded.Phase, loaded.Configuration, loaded.ConfigurationHash));
        Assert.Equal(saved.Schema!.ClassNames, loaded.Schema!.ClassNames);
        Assert.Equal(saved.Schema.Standardization!.Means, loaded.Schema.Standardization!.Means);
        Assert.Equal(saved.Schema.Standardization.Deviations, loaded.Schema.Standardization.Deviations);
        Assert.Equal(saved.Schema with { ClassNames = null, Standardization = null },
            loaded.Schema with { ClassNames = null, Standardization = null });
        Assert.Equal(network.Spec.LayerSizes, loaded.Network.Spec.LayerSizes);
        Assert.Equal(network.Spec with { LayerSizes = [] }, loaded.Network.Spec with { LayerSizes = [] });
        AssertSame(network, loaded.Network);
    });

    [Fact]
    public void A_network_to_be_used_needs_neither_state_nor_standardisation()
    {
        using var network = Samples.Network(6, 5, 3);
        CheckpointFile.Save(_path, new() { Network = network });
        using var loaded = CheckpointFile.Load(_path);
        Assert.Null(loaded.State);
        Assert.Null(loaded.Schema);
        AssertSame(network, loaded.Network);
    }

    [Fact]
    public void The_same_checkpoint_gives_the_same_bytes()
    {
        using var network = Samples.Network(6, 5, 3);
        CheckpointFile.Save(_path, Samples.Checkpoint(network));
        var first = File.ReadAllBytes(_path);
        using (var loaded = CheckpointFile.Load(_path)) CheckpointFile.Save(_path, loaded);
        Assert.Equal(first, File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void The_file_is_laid_out_as_the_format_says()
    {
        using var network = Samples.Network(6, 5, 3);
        CheckpointFile.Save(_path, Samples.Checkpoint(network));
        var bytes = File.ReadAllBytes(_path);
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, (headerLength + 8) % 64);
        using var header = JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, headerLength));
        long end = 0;
        foreach (var tensor in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            var size = tensor.Value.GetProperty("dtype").GetString() == "U8" ? 1 : 4;
            Assert.Equal(end, tensor.Value.GetProperty("data_offsets")[0].GetInt64());
            Assert.Equal(0, end % size);
            end = tensor.Value.GetProperty("data_offsets")[1].GetInt64();
            Assert.Equal(size * tensor.Value.GetProperty("shape")[0].GetInt64(),
                end - tensor.Value.GetProperty("data_offsets")[0].GetInt64());
        }
        Assert.Equal(bytes.Length, 8 + headerLength + end);
        var values = header.RootElement.GetProperty("layers.2.values").GetProperty("data_offsets")[0].GetInt32();
        Assert.Equal(
            network.Parameters.Sparse[1].Values[0], BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + headerLength + values)));
    }

    [Fact]
    public void A_change_of_any_byte_is_refused_in_one_line()
    {
        using var network = Samples.Network(4, 3, 2);
        CheckpointFile.Save(_path, Samples.Checkpoint(network));
        var bytes = File.ReadAllBytes(_path);
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] ^= 0x10;
            File.WriteAllBytes(_path, bytes);
            AssertRefused($"byte {index} changed");
            bytes[index] ^= 0x10;
        }
    }

    [Fact]
    public void A_file_that_ends_early_or_late_is_refused_in_one_line()
    {
        using var network = Samples.Network(4, 3, 2);
        CheckpointFile.Save(_path, Samples.Checkpoint(network));
        var bytes = File.ReadAllBytes(_path);
        for (var length = 0; length < bytes.Length; length += 13)
        {
            File.WriteAllBytes(_path, bytes[..length]);
            AssertRefused($"{length} of {bytes.Length} bytes");
        }
        File.WriteAllBytes(_path, [.. bytes, 0]);
        AssertRefused("a byte too many");
    }

    [Theory]
    [InlineData(TargetKind.Real)]
    [InlineData(TargetKind.LabelSets)]
    public void Targets_of_other_kinds_are_kept_with_their_names_and_units(TargetKind kind)
    {
        using var data = TinyData.Create(kind, 20, 8, 1);
        var spec = TestJob.Create().WithTargets(kind).Spec;
        using var network = Network.Create(spec, new RandomSource(1));
        CheckpointFile.Save(_path, new() { Network = network, Schema = DataSchema.Of(data) });
        using var loaded = CheckpointFile.Load(_path);
        Assert.Equal((kind, 0), (loaded.Schema!.TargetKind, loaded.Schema.ClassCount));
        Assert.Equal(data.Targets.Names, loaded.Schema.TargetNames);
        var standardization = (data.Targets as RealTargets)?.Standardization;
        Assert.Equal(standardization?.Means, loaded.Schema.TargetStandardization?.Means);
        Assert.Equal(standardization?.Deviations, loaded.Schema.TargetStandardization?.Deviations);
        Assert.Equal(spec with { LayerSizes = [] }, loaded.Network.Spec with { LayerSizes = [] });
        CheckpointFile.Save(_path, new() { Network = network, Schema = DataSchema.Of(data) with { TargetNames = ["one"] } });
        Assert.Contains("1 target names", AssertRefused("a name is missing"));
    }

    [Fact]
    public void Label_smoothing_is_kept()
    {
        using var network = Network.Create(TestJob.Spec with { LabelSmoothing = 0.1 }, new RandomSource(1));
        CheckpointFile.Save(_path, new() { Network = network });
        using var loaded = CheckpointFile.Load(_path);
        Assert.Equal(0.1, loaded.Network.Spec.LabelSmoothing);
    }

    // As they were written before there were other targets than classes, and while layers were counted from 0.
    [Theory]
    [InlineData("1", "\"best_test_accuracy\":0.75,\"epoch_sample_count\":16,\"epoch_correct_count\":9")]
    [InlineData("2", "\"best_test_score\":0.75,\"epoch_score_weight\":16,\"epoch_score_sum\":9")]
    public void Older_versions_are_still_read(string version, string score)
    {
        using var network = Samples.Network(4, 3, 2);
        var owned = new List<IDisposable>();
        var metadata = NetworkTensors.Metadata(network);
        foreach (var (key, value) in NetworkTensors.Metadata(network, "replicas.0.")) metadata[key] = value;
        foreach (var (key, value) in new[]
        {
            ("format", "actorsparse-checkpoint"), ("format_version", version), ("phase", "sequential"), ("configuration", ""),
            ("configuration_hash", ""), ("data_schema", """{"feature_count":4,"class_count":2,"index_base":0}"""), ("replicas", "1"),
            ("training_state", $$"""{"seed":7,"epoch":3,"batch":2,{{score}}}"""),
        }) metadata[key] = value;
        foreach (var key in metadata.Keys.Where(key => key.EndsWith(".topology", StringComparison.Ordinal)).Order().ToArray())
        {
            metadata[FromZero(key)] = metadata[key];
            metadata.Remove(key);
        }
        TensorData[] tensors =
        [
            .. NetworkTensors.Of(network, withVelocities: true, owned), .. NetworkTensors.Of(network, withVelocities: true, owned, "replicas.0."),
        ];
        SafetensorsWriter.Write(_path, [.. tensors.Select(tensor => tensor.As(FromZero(tensor.Name)))], metadata);
        foreach (var buffer in owned) buffer.Dispose();
        using var loaded = CheckpointFile.Load(_path);
        Assert.Equal((0.75, 9.0, 16.0), (loaded.State!.BestTestScore, loaded.State.EpochScoreSum, loaded.State.EpochScoreWeight));
        Assert.Equal((TargetKind.Classes, 2), (loaded.Schema!.TargetKind, loaded.Schema.ClassCount));
        AssertSame(network, loaded.Network);
        AssertSame(network, loaded.Replicas[0]!);

        static string FromZero(string name) =>
            name.Replace("layers.1.", "layers.0.", StringComparison.Ordinal).Replace("layers.2.", "layers.1.", StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_files_are_refused_by_name()
    {
        Assert.Contains("cannot be opened", Assert.Throws<InvalidInputException>(() => CheckpointFile.Load(_path)).Message);
        File.WriteAllBytes(_path, [0x89, .. "PNG\r\n\u001a\n and so on"u8]);
        Assert.Contains("neither a safetensors nor an NPZ file", AssertRefused("an image"));
        using var values = new NativeBuffer<float>(3);
        SafetensorsWriter.Write(_path, [TensorData.Of("weight", values)], new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Contains("no checkpoint or export of ActorSparse", AssertRefused("another program's file"));
        SafetensorsWriter.Write(_path, [],
            new Dictionary<string, string> { ["format"] = "actorsparse-checkpoint", ["format_version"] = "4" });
        Assert.Contains("format version 4", AssertRefused("a later version"));
    }

    [Theory]
    [InlineData("values", float.NaN)]
    [InlineData("velocities", float.PositiveInfinity)]
    [InlineData("bias", float.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_refused_with_the_tensor_named(string tensor, float value)
    {
        using var network = Samples.Network(4, 3, 2);
        var layer = network.Parameters.Sparse[1];
        var buffer = tensor switch { "values" => layer.Values, "velocities" => layer.Velocities, _ => network.Parameters.Dense[1].Values };
        buffer[1] = value;
        CheckpointFile.Save(_path, Samples.Checkpoint(network));
        Assert.Contains($"'layers.2.{tensor}' holds", AssertRefused(tensor));
    }

    [Theory]
    [InlineData(new[] { 0, 9, 3 }, new[] { 0, 1, 2 }, "indptr")]
    [InlineData(new[] { 0, -1, 3 }, new[] { 0, 1, 2 }, "indptr")]
    [InlineData(new[] { 1, 2, 3 }, new[] { 0, 1, 2 }, "indices")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 0, 2, 1 }, "indices")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 0, 1, 3 }, "indices")]
    [InlineData(new[] { 0, 1, 3, 3 }, new[] { 0, 1, 2 }, "indptr")]
    public unsafe void Rows_that_are_no_compressed_rows_are_refused(int[] rowStarts, int[] columns, string tensor)
    {
        using var values = new NativeBuffer<float>(3);
        using var biases = new NativeBuffer<float>(2);
        fixed (int* starts = rowStarts, indices = columns)
            SafetensorsWriter.Write(_path,
            [
                TensorData.Of("layers.1.indptr", starts, rowStarts.Length), TensorData.Of("layers.1.indices", indices, columns.Length),
                TensorData.Of("layers.1.values", values), TensorData.Of("layers.1.bias", biases),
            ], new Dictionary<string, string>
            {
                ["format"] = "actorsparse-checkpoint", ["format_version"] = "3", ["layers"] = "3-2", ["activation"] = "relu",
                    ["output_activation"] = "softmax",
                ["loss"] = "cross-entropy", ["initializer"] = "normal", ["epsilon"] = "1", ["layers.1.topology"] = "0000000000000001",
            });
        Assert.Contains($"layers.1.{tensor}", AssertRefused("rows"));
    }

    [Fact]
    public void Writing_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(_path, "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(_path, file =>
        {
            RandomAccess.Write(file, "half"u8, 0);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(_path));
        Assert.Equal([_path], Directory.GetFiles(_folder.Root));
    }

    private string AssertRefused(string what)
    {
        try
        {
            CheckpointFile.Load(_path).Dispose();
        }
        catch (InvalidInputException error)
        {
            Assert.Contains(_path, error.Message);
            Assert.DoesNotContain('\n', error.Message);
            return error.Message;
        }
        Assert.Fail($"{what}: was accepted");
        return "";
    }

    private static unsafe void AssertSame(Network expected, Network actual)
    {
        for (var index = 0; index < expected.Parameters.Sparse.Count; index++)
        {
            var (left, right) = (expected.Parameters.Sparse[index], actual.Parameters.Sparse[index]);
            Assert.Equal(left.Topology.Id, right.Topology.Id);
            for (var row = 0; row < left.Topology.OutputCount; row++) Assert.Equal(left.Topology.Row(row).ToArray(),
                right.Topology.Row(row).ToArray());
        }
        Assert.Equal(expected.Parameters.Blocks.Count, actual.Parameters.Blocks.Count);
        for (var index = 0; index < expected.Parameters.Blocks.Count; index++)
        {
            var (left, right) = (expected.Parameters.Blocks[index], actual.Parameters.Blocks[index]);
            Assert.Equal(left.Values.Span.ToArray(), right.Values.Span.ToArray());
            Assert.Equal(left.Velocities.Span.ToArray(), right.Velocities.Span.ToArray());
            Assert.Equal(left.SecondMoments?.Span.ToArray(), right.SecondMoments?.Span.ToArray());
        }
        for (var index = 0; index < expected.LivingNeurons.Length; index++)
        {
            var (left, right) = (expected.LivingNeurons[index], actual.LivingNeurons[index]);
            Assert.Equal(left?.Count, right?.Count);
            for (var neuron = 0; neuron < (left?.Count ?? 0); neuron++) Assert.Equal(left!.IsAlive(neuron), right!.IsAlive(neuron));
        }
    }
}
