using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats.NumPy;

/// <summary>
/// One array in NumPy's NPY format (NumPy, "numpy.lib.format"), versions 1 to 3: numbers of little endian or texts, in C order. Its data are
/// read once, from beginning to end.
/// </summary>
internal sealed partial class NpyArray
{
    private const int HeaderMax = 1 << 16, ChunkElements = 1 << 16;
    private const int CodePointBytes = 4;

    private readonly Stream _stream;
    private readonly string _name;

    /// <summary>
    /// Reads the header from <paramref name="stream"/>, which has <paramref name="length"/> bytes in all; <paramref name="name"/> is what
    /// messages call it; sides are <paramref name="minSide"/> or more.
    /// </summary>
    /// <exception cref="InvalidInputException">It is no such array.</exception>
    internal NpyArray(Stream stream, long length, string name, int minSide = 1)
    {
        _stream = stream;
        _name = name;
        var start = Exactly(10);
        if (start[0] != 0x93 || !start.AsSpan(1).StartsWith("NUMPY"u8))
            throw Error("has no magic of NumPy; expected an array in NPY format");
        var isShort = start[6] == 1;
        var size = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
            : BinaryPrimitives.ReadUInt32LittleEndian([.. start[8..], .. Exactly(2)]);
        if (start[6] is < 1 or > 3 || size > HeaderMax) throw Error($"has version {start[6]} and a header of {size} bytes; expected 1 to 3");
        var header = Header().Match(Encoding.UTF8.GetString(Exactly((int)size)));
        if (!header.Success) throw Error("has a header that is none; expected descr, fortran_order and shape of an array of numbers or texts");
        if (header.Groups["order"].Value == "True") throw Error("is in Fortran order; expected C order (numpy.ascontiguousarray)");
        Type = header.Groups["type"].Value;
        Kind = Type[1];
        ElementBytes = int.Parse(header.Groups["bytes"].Value, CultureInfo.InvariantCulture) * (Kind == 'U' ? CodePointBytes : 1);
        if (header.Groups["endian"].Value == ">" || (Kind, ElementBytes) is not (('u' or 'i', 1 or 2 or 4 or 8) or ('f', 4 or 8) or ('b', 1) or ('U', > 0)))
            throw Error($"has elements '{Type}'; expected b1, u1 to u8, i1 to i8, f4, f8 or U, of little endian");
        var shape = header.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Shape = [.. shape.Select(side => int.TryParse(side, CultureInfo.InvariantCulture, out var value) && value >= minSide ? value
            : throw Error($"has a side of {side}; expected {minSide} to {int.MaxValue}"))];
        var expected = Shape.Aggregate((BigInteger)ElementBytes, (product, side) => product * side);
        var found = length - 10 - (isShort ? 0 : 2) - size;
        if (Shape.Length == 0 || expected != found)
            throw Error($"has {found} bytes of data; expected {expected}, for {string.Join(" x ", Shape)} elements of {ElementBytes}");
        if (expected / Math.Max(1, Shape[0]) > int.MaxValue) throw Error($"has {expected / Shape[0]} bytes a sample; expected at most {int.MaxValue}");
    }

    /// <summary>NumPy's type string, such as "&lt;f4".</summary>
    internal string Type { get; }

    /// <summary>u, i, f, b or U: numbers without and with sign, floating point, truth, text.</summary>
    internal char Kind { get; }

    /// <summary>The sides, samples first.</summary>
    internal int[] Shape { get; }

    /// <summary>Elements of each sample.</summary>
    internal int ItemLength => Shape.Skip(1).Aggregate(1, (product, side) => product * side);

    /// <summary>Whether elements are bytes.</summary>
    internal bool IsBytes => ElementBytes == 1 && Kind is 'u' or 'b';

    private int ElementBytes { get; }

    /// <summary>All elements, which are bytes.</summary>
    internal NativeBuffer<byte> ReadBytes() => Read<byte>();

    /// <summary>All elements as they are stored: they must be of type <typeparamref name="T"/>.</summary>
    internal NativeBuffer<T> Read<T>() where T : unmanaged
    {
        var target = new NativeBuffer<T>((long)Shape[0] * ItemLength, zeroed: false);
        try
        {
            for (long offset = 0; offset < target.Length; offset += ChunkElements)
                Fill(MemoryMarshal.AsBytes(target.Slice(offset, (int)Math.Min(ChunkElements, target.Length - offset))));
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>All elements, which are numbers.</summary>
    /// <exception cref="InvalidInputException">One is not finite.</exception>
    internal NativeBuffer<float> ReadFloats()
    {
        var target = new NativeBuffer<float>((long)Shape[0] * ItemLength, zeroed: false);
        ForEach((index, element) =>
        {
            var value = (float)Number(element);
            if (!float.IsFinite(value)) throw Error($"has {value} at element {index}; expected finite numbers");
            target[index] = value;
        });
        return target;
    }

    /// <summary>All elements as texts.</summary>
    internal IEnumerable<string> ReadTexts()
    {
        var texts = new List<string>();
        ForEach((_, element) => texts.Add(Kind == 'U' ? Encoding.UTF32.GetString(element).TrimEnd('\0')
            : Number(element).ToString("R", CultureInfo.InvariantCulture)));
        return texts;
    }

    internal InvalidInputException Error(string message) => new($"{_name}: {message}");

    private delegate void Handler(long index, ReadOnlySpan<byte> element);

    private void ForEach(Handler handle)
    {
        if (Kind == 'U' && ElementBytes > HeaderMax) throw Error($"has texts of {ElementBytes} bytes; expected at most {HeaderMax}");
        var count = (long)Shape[0] * ItemLength;
        var chunk = new byte[(int)Math.Min(count, Math.Max(1, ChunkElements / ElementBytes)) * ElementBytes];
        for (long index = 0; index < count;)
        {
            var bytes = chunk.AsSpan(0, (int)Math.Min(chunk.Length, (count - index) * ElementBytes));
            Fill(bytes);
            for (var offset = 0; offset < bytes.Length; offset += ElementBytes) handle(index++, bytes.Slice(offset, ElementBytes));
        }
    }

    private double Number(ReadOnlySpan<byte> bytes) => (Kind, ElementBytes) switch
    {
        ('i', 1) => (sbyte)bytes[0],
        (_, 1) => bytes[0],
        ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ('u', 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ('u', 8) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ('f', 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => throw Error("holds texts; expected numbers"),
    };

    private byte[] Exactly(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    private void Fill(Span<byte> target)
    {
        try
        {
            _stream.ReadExactly(target);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new InvalidInputException($"{_name}: is damaged or truncated ({error.Message}); expected an array in NPY format", error);
        }
    }

    [GeneratedRegex(@"^\{(?=.*'descr': *'(?<type>(?<endian>[<>|=])(?<kind>[a-zA-Z])(?<bytes>[0-9]{1,5}))')(?=.*'fortran_order': *(?<order>True|False))(?=.*'shape': *\((?<shape>[0-9, ]*)\)).*\}\s*$")]
    private static partial Regex Header();
}
