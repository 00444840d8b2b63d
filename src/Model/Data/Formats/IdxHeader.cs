using System.Buffers.Binary;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Beginning of an IDX file, the format of the MNIST family: two zero bytes, the element type, the number of dimensions, then each
/// dimension as a big-endian 32-bit integer; the elements follow, big-endian, last dimension fastest.
/// </summary>
internal readonly record struct IdxHeader(IdxElement Element, int[] Dimensions)
{
    private const int DimensionsMax = 8;

    /// <summary>Number of items: the first dimension.</summary>
    internal int Count => Dimensions[0];

    /// <summary>Elements of one item.</summary>
    internal int ItemLength { get; private init; }

    /// <summary>Bytes of one element.</summary>
    internal int ElementBytes => Element switch
    {
        IdxElement.UInt8 or IdxElement.Int8 => 1,
        IdxElement.Int16 => 2,
        IdxElement.Int32 or IdxElement.Single => 4,
        _ => 8,
    };

    /// <summary>Reads and checks the header, the length of the file against it included.</summary>
    internal static IdxHeader Read(InputFile file)
    {
        Span<byte> magic = stackalloc byte[4];
        file.ReadExactly(magic, "an IDX magic number");
        if (magic[0] != 0 || magic[1] != 0 || !Enum.IsDefined((IdxElement)magic[2]) || magic[3] is 0 or > DimensionsMax)
            throw new InvalidInputException(
                $"{file.Path}: magic number {Convert.ToHexString(magic)} at byte 0; " +
                $"expected an IDX file (0000, type 08 to 0E, 1 to {DimensionsMax} dimensions)");
        var dimensions = new int[magic[3]];
        Span<byte> bytes = stackalloc byte[4];
        long itemLength = 1;
        for (var index = 0; index < dimensions.Length; index++)
        {
            var offset = file.Position;
            file.ReadExactly(bytes, "an IDX dimension");
            dimensions[index] = BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (dimensions[index] <= 0)
                throw new InvalidInputException($"{file.Path}: dimension {dimensions[index]} at byte {offset}; expected a positive number");
            if (index > 0) itemLength *= dimensions[index];
            if (itemLength > int.MaxValue)
                throw new InvalidInputException(
                    $"{file.Path}: more than {int.MaxValue} features a sample at byte {offset}; expected fewer");
        }
        var header = new IdxHeader((IdxElement)magic[2], dimensions) { ItemLength = (int)itemLength };
        var needed = (Int128)header.Count * itemLength * header.ElementBytes + file.Position;
        if (needed > file.LengthMax)
            throw new InvalidInputException(
                $"{file.Path}: truncated: the header announces {needed} bytes ({string.Join(" x ", dimensions)} elements); " +
                $"the file has {(file.IsCompressed ? "at most " : "")}{file.LengthMax}");
        return header;
    }
}
