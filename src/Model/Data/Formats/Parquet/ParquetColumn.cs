using System.Buffers;
using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace ActorSparse.Model.Data.Formats.Parquet;

/// <summary>One column of a row group, and its values as fields of a table; one that is missing is an empty field.</summary>
internal abstract class ParquetColumn
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create("\",\r\n"u8);

    private static readonly Dictionary<Type, Func<ParquetRowGroupReader, DataField, int, ParquetColumn>> s_readers = new()
    {
        [typeof(bool)] = (group, field, rows) => new Flags(ReadValues<bool>(group, field, rows)),
        [typeof(sbyte)] = ReadNumbers<sbyte>,
        [typeof(byte)] = ReadNumbers<byte>,
        [typeof(short)] = ReadNumbers<short>,
        [typeof(ushort)] = ReadNumbers<ushort>,
        [typeof(int)] = ReadNumbers<int>,
        [typeof(uint)] = ReadNumbers<uint>,
        [typeof(long)] = ReadNumbers<long>,
        [typeof(ulong)] = ReadNumbers<ulong>,
        [typeof(float)] = ReadNumbers<float>,
        [typeof(double)] = ReadNumbers<double>,
        [typeof(decimal)] = ReadNumbers<decimal>,
        [typeof(DateTime)] = (group, field, rows) => new Numbers<DateTime>(ReadValues<DateTime>(group, field, rows), "s"),
        [typeof(ReadOnlyMemory<char>)] = (group, field, rows) =>
        {
            var texts = new string?[rows];
            group.ReadAsync(field, texts.AsMemory()).AsTask().GetAwaiter().GetResult();
            return new Texts(Array.ConvertAll(texts, text => text is null ? null : Encoding.UTF8.GetBytes(text)));
        },
        // Texts of writers that do not say so.
        [typeof(ReadOnlyMemory<byte>)] = (group, field, rows) =>
        {
            var texts = new byte[]?[rows];
            group.ReadAsync(field, texts.AsMemory()).AsTask().GetAwaiter().GetResult();
            return new Texts(texts);
        },
    };

    /// <summary>Whether the values of <paramref name="field"/> can be fields of a table.</summary>
    internal static bool CanRead(DataField field) => s_readers.ContainsKey(field.ClrType);

    /// <summary>Reads all values of a row group.</summary>
    internal static ParquetColumn Read(ParquetRowGroupReader group, DataField field, int rows) => s_readers[field.ClrType](group, field, rows);

    /// <summary>Writes the value of row <paramref name="row"/>.</summary>
    internal abstract void Write(IBufferWriter<byte> text, int row);

    /// <summary>Writes <paramref name="field"/>, in quotes where it must be.</summary>
    internal static void WriteField(IBufferWriter<byte> text, ReadOnlySpan<byte> field)
    {
        if (!field.ContainsAny(s_special))
        {
            text.Write(field);
            return;
        }
        if (field.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
            throw new InvalidDataException($"the text '{Encoding.UTF8.GetString(field).ReplaceLineEndings("\\n")}' has a line break");
        text.Write("\""u8);
        foreach (var letter in field)
        {
            if (letter == '"') text.Write("\""u8);
            text.Write([letter]);
        }
        text.Write("\""u8);
    }

    private static Numbers<T> ReadNumbers<T>(ParquetRowGroupReader group, DataField field, int rows)
        where T : struct, IUtf8SpanFormattable => new(ReadValues<T>(group, field, rows));

    private static T?[] ReadValues<T>(ParquetRowGroupReader group, DataField field, int rows) where T : struct
    {
        if (field.IsNullable)
        {
            var values = new T?[rows];
            group.ReadAsync(field, values.AsMemory()).AsTask().GetAwaiter().GetResult();
            return values;
        }
        var present = new T[rows];
        group.ReadAsync(field, present.AsMemory()).AsTask().GetAwaiter().GetResult();
        return Array.ConvertAll(present, value => (T?)value);
    }

    private sealed class Numbers<T>(T?[] values, string? format = null) : ParquetColumn where T : struct, IUtf8SpanFormattable
    {
        private const int LengthMax = 64;

        internal override void Write(IBufferWriter<byte> text, int row)
        {
            if (values[row] is not { } value) return;
            if (!value.TryFormat(text.GetSpan(LengthMax), out var length, format, CultureInfo.InvariantCulture))
                throw new InvalidDataException($"a number in row {row + 1} has more than {LengthMax} characters");
            text.Advance(length);
        }
    }

    private sealed class Flags(bool?[] values) : ParquetColumn
    {
        internal override void Write(IBufferWriter<byte> text, int row)
        {
            if (values[row] is { } value) text.Write(value ? "1"u8 : "0"u8);
        }
    }

    private sealed class Texts(byte[]?[] values) : ParquetColumn
    {
        internal override void Write(IBufferWriter<byte> text, int row)
        {
            if (values[row] is { } value) WriteField(text, value);
        }
    }
}
