using System.Buffers;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace ActorSparse.Model.Data.Formats.Parquet;

/// <summary>
/// A Parquet file as the text of a table: names of the columns, then a line for each row. Readers of tables then treat both alike. One row group
/// at a time is in memory.
/// </summary>
internal sealed class ParquetText : ForwardStream
{
    private const int ChunkBytes = 1 << 16;

    private readonly ParquetReader _reader;
    private readonly DataField[] _fields;
    private readonly ArrayBufferWriter<byte> _text = new();
    private ParquetColumn[] _columns = [];
    private int _taken, _group, _row, _rows;

    private ParquetText(ParquetReader reader, DataField[] fields)
    {
        (_reader, _fields) = (reader, fields);
        Write(fields.Length, (column, text) => ParquetColumn.WriteField(text, Encoding.UTF8.GetBytes(fields[column].Name)));
    }

    /// <summary>What such a file begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>The text of <paramref name="file"/>, which stays open; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="InvalidInputException">The file is damaged, or has columns that are neither numbers nor text.</exception>
    internal static ParquetText Open(string path, Stream file)
    {
        if (!file.CanSeek) throw new InvalidInputException($"{path}: is a Parquet file; expected one that is no pipe");
        file.Position = 0;
        var reader = Try(() => ParquetReader.CreateAsync(file, leaveStreamOpen: true).GetAwaiter().GetResult());
        var fields = new List<DataField>();
        foreach (var field in Try(() => reader.Schema.Fields))
        {
            if (field is not DataField { IsArray: false } column || !ParquetColumn.CanRead(column))
                throw new InvalidInputException(
                    $"{path}: column '{field.Name}' of the Parquet file has lists or structures; expected numbers, texts or dates");
            fields.Add(column);
        }
        return new(reader, [.. fields]);
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_taken == _text.WrittenCount && !buffer.IsEmpty) Refill();
        var count = Math.Min(buffer.Length, _text.WrittenCount - _taken);
        _text.WrittenSpan.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    private void Refill()
    {
        _text.ResetWrittenCount();
        _taken = 0;
        while (_row == _rows)
        {
            if (_group == _reader.RowGroupCount) return;
            (_row, _rows) = (0, Try(ReadGroup));
        }
        for (; _row < _rows && _text.WrittenCount < ChunkBytes; _row++)
            Write(_columns.Length, (column, text) => _columns[column].Write(text, _row));
    }

    private int ReadGroup()
    {
        using var group = _reader.OpenRowGroupReader(_group++);
        var rows = checked((int)group.RowCount);
        _columns = [.. _fields.Select(field => ParquetColumn.Read(group, field, rows))];
        return rows;
    }

    private void Write(int columns, Action<int, IBufferWriter<byte>> field)
    {
        for (var column = 0; column < columns; column++)
        {
            if (column > 0) _text.Write(","u8);
            field(column, _text);
        }
        _text.Write("\n"u8);
    }

    // The library throws whatever a damaged file leads it to.
    private static T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not InvalidInputException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }
}
