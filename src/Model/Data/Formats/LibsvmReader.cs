using System.Text;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads LIBSVM files (Chang and Lin, README of LIBSVM; the same as SVMlight's): label index:value index:value ..., indices ascending. A
/// comment begins with #, a query number (qid:n) is passed over, an entry of value zero is not stored.
/// </summary>
internal sealed class LibsvmReader : IDisposable
{
    private const string Expected = "a LIBSVM file";

    private readonly LineReader _lines;
    private readonly RawLabels _labels;
    private readonly GrowableBuffer<long> _rowStarts = new();
    private readonly GrowableBuffer<int> _indices = new();
    private readonly GrowableBuffer<float> _values = new();
    private readonly int _indexMin;
    private int _lowest = int.MaxValue, _highest = -1;

    private LibsvmReader(string path, int? indexBase)
    {
        _indexMin = indexBase ?? 0;
        _labels = new(path);
        _lines = new(path, Expected);
    }

    /// <summary>
    /// Reads <paramref name="path"/>; <paramref name="indexBase"/> is the number of the first feature, 0 or 1, if it is known.
    /// </summary>
    internal static RawSamples Read(string path, int? indexBase)
    {
        using var reader = new LibsvmReader(path, indexBase);
        reader.ReadAll();
        var sparse = new RawSparse(
            reader._rowStarts.Take(), reader._indices.Take(), reader._values.Take(), reader._lowest, reader._highest);
        return new(path, sparse, reader._labels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _rowStarts.Dispose();
        _indices.Dispose();
        _values.Dispose();
    }

    private void ReadAll()
    {
        _rowStarts.Add(0);
        while (_lines.TryRead(out var line))
        {
            var comment = line.IndexOf((byte)'#');
            if (comment >= 0) line = line[..comment];
            line = line.Trim(" \t"u8);
            if (!line.IsEmpty) AddSample(line);
        }
        if (_labels.SampleCount == 0) throw new InvalidInputException($"{_lines.Path}: has no samples; expected {Expected}");
    }

    private void AddSample(ReadOnlySpan<byte> line)
    {
        AddLabel(NextToken(ref line));
        if (line.StartsWith("qid:"u8)) NextToken(ref line);
        var previous = -1;
        while (!line.IsEmpty)
        {
            var index = ReadIndex(ref line);
            if (index <= previous)
                throw _lines.Error($"feature {index} after feature {previous}; expected ascending features, each once");
            previous = index;
            var length = NumberParser.Read(line, out var value);
            if (length == 0 || !float.IsFinite(value) || (length < line.Length && !IsBlank(line[length])))
                throw _lines.Error($"feature {index} is '{TableReader.Show(NextToken(ref line))}'; expected a finite number");
            line = line[length..].TrimStart(" \t"u8);
            _lowest = Math.Min(_lowest, index);
            _highest = Math.Max(_highest, index);
            if (value == 0) continue;
            _indices.Add(index);
            _values.Add(value);
        }
        _rowStarts.Add(_indices.Length);
    }

    private void AddLabel(ReadOnlySpan<byte> token)
    {
        const int LabelCharsMax = 256;
        if (token.Contains((byte)':'))
            throw _lines.Error($"begins with '{TableReader.Show(token)}'; expected a label before the first feature");
        if (token.Contains((byte)','))
            throw _lines.Error($"has labels '{TableReader.Show(token)}'; expected one label (multi-label data is not supported)");
        Span<char> label = stackalloc char[LabelCharsMax];
        if (!Encoding.UTF8.TryGetChars(token, label, out var length))
            throw _lines.Error($"a label of {token.Length} bytes; expected at most {LabelCharsMax} characters");
        _labels.Add(label[..length], _lines.LineNumber);
    }

    private int ReadIndex(ref ReadOnlySpan<byte> line)
    {
        // One below the largest, so that the count of features stays an int when features are counted from 0.
        const long IndexMax = int.MaxValue - 1;
        long index = 0;
        var position = 0;
        while (position < line.Length && (uint)(line[position] - '0') <= 9 && index <= IndexMax)
            index = index * 10 + (line[position++] - '0');
        if (position == 0 || position == line.Length || line[position] != ':')
            throw _lines.Error($"'{TableReader.Show(NextToken(ref line))}'; expected feature:value");
        if (index > IndexMax || index < _indexMin) throw _lines.Error($"feature {index}; expected {_indexMin} to {IndexMax}");
        line = line[(position + 1)..];
        return (int)index;
    }

    private static ReadOnlySpan<byte> NextToken(ref ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAny((byte)' ', (byte)'\t');
        var token = length < 0 ? line : line[..length];
        line = line[token.Length..].TrimStart(" \t"u8);
        return token;
    }

    private static bool IsBlank(byte character) => character is (byte)' ' or (byte)'\t';
}
