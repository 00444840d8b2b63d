using ActorSparse.Model.Coordination;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Tests.Data;

public sealed class CifarReaderTests : IDisposable
{
    private const int RecordBytes = 3073;
    private readonly TemporaryFolder _folder = new();
    private readonly RandomStream _random = new RandomSource(1).Stream("cifar");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin/")]
    public void The_five_training_files_are_one_set(string subfolder)
    {
        var files = WriteAll(subfolder);
        using var data = Load();
        Assert.Equal((10, 2, 3072, 10), (data.Train.SampleCount, data.Test.SampleCount, data.Train.FeatureCount, data.Train.ClassCount));
        Assert.Equal(new ImageShape(32, 32, 3), data.Train.ImageShape);
        Assert.Equal("truck", data.Train.ClassNames![9]);
        var sample = new float[3072];
        for (var index = 0; index < 10; index++)
        {
            var record = files[index / 2].AsSpan(index % 2 * RecordBytes, RecordBytes);
            Assert.Equal(record[0], data.Train.Labels[index]);
            ((DenseDataset)data.Train).CopySample(index, sample);
            Assert.Equal(record[1..].ToArray().Select(value => (float)value), sample);
        }
        Assert.NotNull(((DenseDataset)data.Train).Augmentation);
        Assert.Null(((DenseDataset)data.Test).Augmentation);
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        var files = WriteAll("");
        var path = Path.Combine(_folder.Root, "data_batch_3.bin");
        File.WriteAllBytes(path, files[2][..^1]);
        Assert.Equal($"{path}: truncated: ends at byte 6145; expected records of 3073 bytes, the last one begins at byte 3073", Refusal());
        files[2][RecordBytes] = 10;
        File.WriteAllBytes(path, files[2]);
        Assert.Equal($"{path}: label 10 at byte 3073; expected 0 to 9", Refusal());
        File.WriteAllBytes(path, []);
        Assert.Equal($"{path}: the file is empty; expected a CIFAR-10 binary file", Refusal());
        File.Delete(path);
        Assert.Matches("^cifar-10: not found; looked in .*cifar-10-binary.tar.gz.*--data-dir$", Refusal());
    }

    private string Refusal() => Assert.Throws<InvalidInputException>(() => Load().Dispose()).Message;

    private DataPair Load() => DataSource.Load(new() { Name = "cifar-10", DataFolder = _folder.Root });

    private byte[][] WriteAll(string subfolder)
    {
        var files = new byte[6][];
        for (var file = 0; file < 6; file++)
        {
            files[file] = [.. Enumerable.Range(0, 2 * RecordBytes).Select(_ => (byte)_random.NextUInt32())];
            files[file][0] = (byte)_random.NextInt32(10);
            files[file][RecordBytes] = (byte)_random.NextInt32(10);
            _folder.Write(subfolder + (file < 5 ? $"data_batch_{file + 1}.bin" : "test_batch.bin"), files[file]);
        }
        return files;
    }
}
