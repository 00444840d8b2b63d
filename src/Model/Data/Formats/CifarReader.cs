namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads CIFAR-10's binary version (Krizhevsky, "The CIFAR-10 dataset"): records of one byte of label and 3072 of pixels, three planes
/// (red, green, blue) of 32 x 32, row by row.
/// </summary>
internal static class CifarReader
{
    internal const int ClassCount = 10;
    private const string Expected = "a CIFAR-10 binary file";
    private const int RecordBytes = 1 + PixelBytes;
    private const int PixelBytes = 3 * 32 * 32;

    internal static readonly string[] TrainFiles =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    internal const string TestFile = "test_batch.bin";

    /// <summary>Folder that the publisher's archive unpacks to.</summary>
    internal const string Subfolder = "cifar-10-batches-bin";

    internal const string Remedy =
        "unpack cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html into one of them, " +
        "or name its folder with --data-dir";

    internal static readonly string[] ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads <paramref name="paths"/> as one set.</summary>
    internal static RawSamples Read(IReadOnlyList<string> paths)
    {
        using var pixels = new GrowableBuffer<byte>();
        var labels = new List<int>();
        var record = new byte[RecordBytes];
        foreach (var path in paths)
        {
            using var file = InputFile.Open(path, Expected);
            for (var count = file.Read(record); count > 0; count = file.Read(record))
            {
                var offset = file.Position - count;
                if (count < RecordBytes)
                    throw new InvalidInputException(
                        $"{path}: truncated: ends at byte {file.Position}; " +
                        $"expected records of {RecordBytes} bytes, the last one begins at byte {offset}");
                if (record[0] >= ClassCount)
                    throw new InvalidInputException($"{path}: label {record[0]} at byte {offset}; expected 0 to {ClassCount - 1}");
                labels.Add(record[0]);
                pixels.Add(record.AsSpan(1));
            }
        }
        return new(paths[0], PixelBytes, RawTargets.Of(RawLabels.FromClasses(paths[0], labels.ToArray())))
        {
            Bytes = pixels.Take(),
            ImageShape = new(32, 32, 3),
        };
    }
}
