using System.Buffers.Binary;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads IDX files (Yann LeCun, "The MNIST database": file formats), plain or gzip: samples of any element type and integer labels.
/// </summary>
internal static class IdxReader
{
    internal const string Expected = "an IDX file";
    private const int ChunkBytes = 1 << 20;

    /// <summary>Reads a pair of files: samples (N x ...) and labels (N), which are classes from 0 on.</summary>
    internal static RawSamples Read(string samplesPath, string labelsPath)
    {
        var labels = ReadLabels(labelsPath);
        using var file = InputFile.Open(samplesPath, Expected);
        var header = IdxHeader.Read(file);
        if (header.Dimensions.Length < 2)
            throw new InvalidInputException(
                $"{samplesPath}: has 1 dimension at byte 3; expected samples with 2 or more (these look like labels)");
        if (header.Count != labels.SampleCount)
            throw new InvalidInputException(
                $"{labelsPath}: has {labels.SampleCount} labels; expected {header.Count}, the number of samples in {samplesPath}");
        var shape = header.Dimensions switch
        {
            [_, var height, var width] => new ImageShape(height, width),
            [_, var channels, var height, var width] => new ImageShape(height, width, channels),
            _ => (ImageShape?)null,
        };
        var length = (long)header.Count * header.ItemLength;
        var samples = new RawSamples(samplesPath, header.ItemLength, RawTargets.Of(labels)) { ImageShape = shape };
        try
        {
            if (header.Element == IdxElement.UInt8) ReadBytes(file, samples.Bytes = new(length, zeroed: false));
            else ReadFloats(file, header, samples.Floats = new(length, zeroed: false));
            file.ExpectEnd($"the {string.Join(" x ", header.Dimensions)} elements that the header announces");
            return samples;
        }
        catch
        {
            samples.Dispose();
            throw;
        }
    }

    private static RawLabels ReadLabels(string path)
    {
        using var file = InputFile.Open(path, Expected);
        var header = IdxHeader.Read(file);
        if (header.Dimensions.Length != 1)
            throw new InvalidInputException(
                $"{path}: has {header.Dimensions.Length} dimensions at byte 3; expected labels with 1 (these look like samples)");
        using var values = new NativeBuffer<float>(header.Count, zeroed: false);
        var start = file.Position;
        ReadFloats(file, header, values);
        file.ExpectEnd($"the {header.Count} labels that the header announces");
        var classes = new int[header.Count];
        for (var index = 0; index < classes.Length; index++)
        {
            var value = values[index];
            if (value is < 0 or > RawLabels.ClassesMax - 1 || value != MathF.Floor(value))
                throw new InvalidInputException(
                    $"{path}: label {value} at byte {start + (long)index * header.ElementBytes}; " +
                    $"expected an integer from 0 to {RawLabels.ClassesMax - 1}");
            classes[index] = (int)value;
        }
        return RawLabels.FromClasses(path, classes);
    }

    private static void ReadBytes(InputFile file, NativeBuffer<byte> target)
    {
        for (long offset = 0; offset < target.Length; offset += ChunkBytes)
            file.ReadExactly(target.Slice(offset, (int)Math.Min(ChunkBytes, target.Length - offset)), "samples");
    }

    private static void ReadFloats(InputFile file, IdxHeader header, NativeBuffer<float> target)
    {
        var size = header.ElementBytes;
        var chunk = new byte[ChunkBytes];
        for (long start = 0; start < target.Length; start += ChunkBytes / size)
        {
            var count = (int)Math.Min(ChunkBytes / size, target.Length - start);
            var bytes = chunk.AsSpan(0, count * size);
            var offset = file.Position;
            file.ReadExactly(bytes, "elements");
            for (var index = 0; index < count; index++)
            {
                var value = ToSingle(bytes[(index * size)..], header.Element);
                if (!float.IsFinite(value))
                    throw new InvalidInputException(
                        $"{file.Path}: value {value} at byte {offset + (long)index * size}; expected a finite number");
                target[start + index] = value;
            }
        }
    }

    private static float ToSingle(ReadOnlySpan<byte> bytes, IdxElement element) => element switch
    {
        IdxElement.UInt8 => bytes[0],
        IdxElement.Int8 => (sbyte)bytes[0],
        IdxElement.Int16 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        IdxElement.Int32 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        IdxElement.Single => BinaryPrimitives.ReadSingleBigEndian(bytes),
        _ => (float)BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };
}
