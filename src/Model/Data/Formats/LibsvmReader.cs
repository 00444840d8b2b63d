using System.Text;

namespace ActorSparse.Model.Data.Formats;

/// <summary>
/// Reads LIBSVM files (Chang and Lin, README of LIBSVM; the same as SVMlight's): label index:value index:value ..., indices ascending.
/// The label may be a real target, or several labels with commas between them, or none. A
/// comment begins with #, a query number (qid:n) is passed over, an entry of value zero is not stored.
/// </summary>
internal sealed class LibsvmReader : IDisposable
{
    internal const string Expected = "a LIBSVM file";

    private readonly LineReader _lines;
    private readonly RawTargets _targets;
    private readonly bool _areKnown;
    private readonly GrowableBuffer<long> _rowStarts = new();
    private readonly GrowableBuffer<int> _indices = new();
    private readonly GrowableBuffer<float> _values = new();
    private readonly int _indexMin;
    private int _lowest = int.MaxValue, _highest = -1;

    private LibsvmReader(InputFile file, DataOptions options)
    {
        _indexMin = options.IndexBase ?? 0;
        _areKnown = options.Label != LabelColumn.None && !options.IgnoresTargets;
        _targets = new(file.Path, options.TargetKind, options.TargetKind == TargetKind.Real ? ["target"] : null);
        _lines = new(file, options.Encoding);
    }

    /// <summary>Reads <paramref name="file"/>, and disposes of it, as <paramref name="options"/> say.</summary>
    internal static RawSamples Read(InputFile file, DataOptions options)
    {
        using var reader = new LibsvmReader(file, options);
        reader.ReadAll();
        var sparse = new RawSparse(
            reader._rowStarts.Take(), reader._indices.Take(), reader._values.Take(), reader._lowest, reader._highest);
        return new(file.Path, sparse, reader._areKnown ? reader._targets : RawTargets.Unknown(file.Path, options.TargetKind, sparse.SampleCount));
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
        _targets.Labels.Complete();
        if (_rowStarts.Length == 1) throw new InvalidInputException($"{_lines.Path}: has no samples; expected {Expected}");
    }

    private void AddSample(ReadOnlySpan<byte> line)
    {
        AddTarget(ref line);
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

    private void AddTarget(ref ReadOnlySpan<byte> line)
    {
        var rest = line;
        var token = NextToken(ref rest);
        var hasNone = token.Contains((byte)':') && (!_areKnown || _targets.Kind == TargetKind.LabelSets);
        if (!hasNone) line = rest;
        if (!_areKnown) return;
        if (_targets.Kind == TargetKind.LabelSets)
        {
            foreach (var range in hasNone ? default : token.Split((byte)',')) AddLabel(token[range]);
            _targets.EndSet();
            return;
        }
        if (token.Contains((byte)':'))
            throw _lines.Error($"begins with '{TableReader.Show(token)}'; expected a label before the first feature");
        if (_targets.Kind == TargetKind.Real)
        {
            var length = NumberParser.Read(token, out var value);
            if (length == 0 || length < token.Length || !float.IsFinite(value))
                throw _lines.Error($"the target is '{TableReader.Show(token)}'; expected a finite number");
            _targets.Values.Add(value);
            return;
        }
        if (token.Contains((byte)','))
            throw _lines.Error(
                $"has labels '{TableReader.Show(token)}'; expected one label (for several a sample use --loss binary-cross-entropy)");
        AddLabel(token);
    }

    private void AddLabel(ReadOnlySpan<byte> text)
    {
        const int LabelCharsMax = 256;
        Span<char> label = stackalloc char[LabelCharsMax];
        if (text.IsEmpty) throw _lines.Error("has an empty label; expected labels with a comma between each two");
        if (!Encoding.UTF8.TryGetChars(text, label, out var length))
            throw _lines.Error($"a label of {text.Length} bytes; expected at most {LabelCharsMax} characters");
        _targets.Labels.Add(label[..length], _lines.LineNumber);
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
