using System.Buffers.Binary;
using ActorSparse.Model.Data;
using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    private static readonly byte[] s_pixels = [.. Enumerable.Range(0, 2 * 3 * 2).Select(index => (byte)(index * 21))];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_are_read_plain_or_compressed(bool gzip)
    {
        using var data = Load(IdxBytes.Images(2, 3, 2, s_pixels), IdxBytes.Labels(1, 0), gzip: gzip);
        Assert.Equal(new ImageShape(3, 2), data.Train.ImageShape);
        Assert.Equal(6, data.Train.FeatureCount);
        Assert.Equal(2, data.Train.ClassCount);
        Assert.Equal([1, 0], data.Train.Labels);
        Assert.Equal(s_pixels[6..].Select(pixel => (float)pixel), Sample(data.Train, 1));
    }

    [Fact]
    public void Every_element_type_is_read()
    {
        float[] values = [-7, 0, 100, 3];
        var encodings = new (byte Type, int Size, Action<byte[], int, float> Write)[]
        {
            (0x09, 1, (bytes, at, value) => bytes[at] = (byte)(sbyte)value),
            (0x0B, 2, (bytes, at, value) => BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(at), (short)value)),
            (0x0C, 4, (bytes, at, value) => BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), (int)value)),
            (0x0D, 4, (bytes, at, value) => BinaryPrimitives.WriteSingleBigEndian(bytes.AsSpan(at), value)),
            (0x0E, 8, (bytes, at, value) => BinaryPrimitives.WriteDoubleBigEndian(bytes.AsSpan(at), value)),
        };
        foreach (var (type, size, write) in encodings)
        {
            var elements = new byte[values.Length * size];
            for (var index = 0; index < values.Length; index++) write(elements, index * size, values[index]);
            using var data = Load(IdxBytes.Of(type, [2, 2], elements), IdxBytes.Labels(0, 1));
            Assert.Equal(values, Sample(data.Train, 0).Concat(Sample(data.Train, 1)));
            Assert.Null(data.Train.ImageShape);
        }
    }

    [Fact]
    public void Random_files_come_back() =>
        (from height in Gen.Int[1, 9]
         from width in Gen.Int[1, 9]
         from samples in Gen.Select(Gen.Byte[0, 9], Gen.Byte.Array[height * width]).Array[1, 40]
         from gzip in Gen.Bool
         select (height, width, samples, gzip)).ForAll(20, (height, width, samples, gzip) =>
        {
            var pixels = samples.SelectMany(sample => sample.Item2).ToArray();
            using var data = Load(IdxBytes.Images(samples.Length, height, width, pixels),
                IdxBytes.Labels([.. samples.Select(sample => sample.Item1)]), gzip);
            Assert.Equal(samples.Select(sample => (int)sample.Item1), data.Train.Labels);
            Assert.Equal(samples.Select(sample => sample.Item2.Select(pixel => (float)pixel)),
                Enumerable.Range(0, samples.Length).Select(sample => Sample(data.Train, sample)));
        });

    [Fact]
    public void Labels_stay_as_they_are_and_the_class_count_can_be_given()
    {
        using var data = Load(IdxBytes.Images(2, 1, 1, [1, 2]), IdxBytes.Labels(4, 2), options: new() { ClassCount = 10 });
        Assert.Equal([4, 2], data.Train.Labels);
        Assert.Equal(10, data.Train.ClassCount);
        Refused("label '4'; expected a class from 0 to 3", IdxBytes.Images(2, 1, 1, [1, 2]), IdxBytes.Labels(4, 2),
            options: new() { ClassCount = 4 });
    }

    [Fact]
    public void A_test_label_that_training_has_not_is_refused()
    {
        var train = _folder.Write("train-images-idx3-ubyte", IdxBytes.Images(1, 1, 1, [1]));
        _folder.Write("train-labels-idx1-ubyte", IdxBytes.Labels(1));
        var test = _folder.Write("test-images-idx3-ubyte", IdxBytes.Images(2, 1, 1, [1, 2]));
        var labels = _folder.Write("test-labels-idx1-ubyte", IdxBytes.Labels(0, 2));
        var options = new DataOptions { Train = train, Test = test, TestLabels = labels };
        var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(options));
        Assert.Equal($"{labels}, sample 2: label '2'; expected a class from 0 to 1", error.Message);
    }

    [Fact]
    public void What_is_wrong_is_said_in_one_line()
    {
        var images = IdxBytes.Images(2, 3, 2, s_pixels);
        var labels = IdxBytes.Labels(1, 0);
        Refused("images: magic number 01000803 at byte 0; expected an IDX file", [1, .. images[1..]], labels);
        Refused("images: magic number 00000A03 at byte 0", [0, 0, 0x0A, .. images[3..]], labels);
        Refused("images: ends at byte 3; expected 4 bytes of an IDX magic number from byte 0", images[..3], labels);
        Refused("images: ends at byte 10; expected 4 bytes of an IDX dimension from byte 8", images[..10], labels);
        Refused("images: truncated: the header announces 28 bytes (2 x 3 x 2 elements); the file has 27", images[..^1], labels);
        Refused("images: has more data after byte 28; expected the 2 x 3 x 2 elements", [.. images, 0], labels);
        Refused("images: dimension 0 at byte 8", IdxBytes.Images(2, 0, 2, []), labels);
        Refused("images: dimension -1 at byte 4", IdxBytes.Images(-1, 3, 2, s_pixels), labels);
        Refused("images: has 1 dimension at byte 3; expected samples", labels, labels);
        Refused("labels: has 3 dimensions at byte 3; expected labels", images, images);
        Refused("labels: has 3 labels; expected 2, the number of samples in", images, IdxBytes.Labels(1, 0, 1));
        Refused("images: the file is empty; expected a data file", [], labels);
        Refused("labels: the file is empty; expected an IDX file", images, []);
        Refused("images: value NaN at byte 12; expected a finite number", IdxBytes.Of(0x0D, [2, 1], [0x7F, 0xC0, 0, 0, 0, 0, 0, 0]),
            labels);
        Refused("labels: label -1 at byte 9; expected an integer from 0", images, IdxBytes.Of(0x09, [2], [0, 0xFF]));
        Refused("labels: label 0.5 at byte 8; expected an integer from 0", images, IdxBytes.Of(0x0D, [2], [0x3F, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void A_damaged_or_truncated_gzip_file_is_refused()
    {
        var random = new RandomSource(3).Stream("gzip");
        var pixels = Enumerable.Range(0, 40 * 10 * 10).Select(_ => (byte)random.NextInt32(5)).ToArray();
        var labels = IdxBytes.Labels(new byte[40]);
        var whole = TemporaryFolder.Gzip(IdxBytes.Images(40, 10, 10, pixels));
        foreach (var length in new[] { 5, 20, whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 4, whole.Length - 1 })
            Refused("images: ", whole[..length], labels);
        var damaged = whole.ToArray();
        damaged[^6] ^= 1;
        Refused("images: damaged or truncated gzip data", damaged, labels);
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_refused()
    {
        var labels = _folder.Write("labels", IdxBytes.Labels(1));
        foreach (var (path, found) in new[] { (Path.Combine(_folder.Root, "none"), "no such file; expected a data file or a folder of images"),
                     (_folder.Root, "labels apart; expected none, as the folders of images are their classes") })
        {
            var options = new DataOptions { Train = path, TrainLabels = labels, Test = path, TestLabels = labels };
            var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(options));
            Assert.Equal($"{path}: {found}", error.Message);
        }
    }

    private DataPair Load(byte[] images, byte[] labels, bool gzip = false, DataOptions? options = null)
    {
        var imagesPath = _folder.Write("images", gzip ? TemporaryFolder.Gzip(images) : images);
        var labelsPath = _folder.Write("labels", gzip ? TemporaryFolder.Gzip(labels) : labels);
        return DataSource.Load((options ?? new()) with
        {
            Train = imagesPath,
            TrainLabels = labelsPath,
            Test = imagesPath,
            TestLabels = labelsPath,
        });
    }

    private void Refused(string message, byte[] images, byte[] labels, DataOptions? options = null)
    {
        var error = Assert.Throws<InvalidInputException>(() => Load(images, labels, options: options));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.Root, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static float[] Sample(Dataset dataset, int sample)
    {
        var values = new float[dataset.FeatureCount];
        ((DenseDataset)dataset).CopySample(sample, values);
        return values;
    }
}
