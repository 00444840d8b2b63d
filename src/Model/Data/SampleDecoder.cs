using ActorSparse.Model.Data.Formats;
using ActorSparse.Model.Data.Formats.Images;

namespace ActorSparse.Model.Data;

/// <summary>
/// Reads samples to predict that somebody sends, for a network that was trained on data of a schema: what comes of them is what
/// <see cref="DataSource.LoadTest"/> makes of a file that holds them. For any number of callers at once.
/// </summary>
internal sealed class SampleDecoder
{
    private const string Body = "body";

    private readonly DataOptions _options;
    private readonly DataSchema _schema;
    private readonly TargetEncoder _encoder;
    private readonly JsonRowReader _json;
    private readonly int _samplesMax;

    /// <summary>Takes up to <paramref name="samplesMax"/> samples at a time, tables as <paramref name="options"/> say.</summary>
    public SampleDecoder(DataOptions options, DataSchema schema, int samplesMax)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(schema);
        (_schema, _samplesMax) = (schema, samplesMax);
        // What comes is UTF-8, and which columns lack values is settled.
        _options = options with
        {
            TargetKind = schema.TargetKind, Missing = MissingValueMode.Refuse, IgnoresTargets = true, Encoding = null,
            Format = options.Format is DataFormat.Table or DataFormat.Libsvm ? options.Format : DataFormat.Auto,
        };
        _encoder = new(schema);
        _json = new(Body, schema, options.IgnoredColumns, samplesMax);
    }

    /// <summary>Reads rows of JSON: an array of rows, or one row, each an object by names of columns or an array in their order.</summary>
    /// <exception cref="InvalidInputException">It is none, or does not fit the schema.</exception>
    public Dataset ReadJson(ReadOnlySpan<byte> content)
    {
        using var raw = _json.Read(content);
        return DataSource.ToTest(raw, _schema, _encoder);
    }

    /// <summary>Reads a table, with or without a header, or LIBSVM rows, with or without targets, which do not count.</summary>
    /// <exception cref="InvalidInputException">It is none, or does not fit the schema.</exception>
    public Dataset ReadText(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        // Before there is memory for them; a header is a line too.
        var lines = content.AsSpan().Count((byte)'\n');
        if (lines > _samplesMax + 1) throw new InvalidInputException($"{Body}: has {lines} lines; expected at most {_samplesMax} rows");
        using var file = InputFile.Of(Body, content);
        var format = _options.Format == DataFormat.Auto ? FormatDetector.Detect(file, null) : _options.Format;
        using var raw = format switch
        {
            DataFormat.Libsvm => LibsvmReader.Read(file, _options),
            DataFormat.Table => TableReader.Read(file, null, _options, _schema.FeatureCount, _schema.Table),
            _ => throw new InvalidInputException($"{Body}: is no text; expected a table or LIBSVM rows"),
        };
        return DataSource.ToTest(raw, _schema, _encoder);
    }

    /// <summary>Reads one PNG or JPEG image, for a network that takes images.</summary>
    /// <exception cref="InvalidInputException">It is none, or does not fit the schema.</exception>
    public Dataset ReadImage(byte[] content)
    {
        if (_schema.ImageShape is not { } shape)
            throw new InvalidInputException($"{Body}: is an image; expected rows of {_schema.FeatureCount} features, as the network has");
        using var raw = ImageReader.Read(Body, content, shape, _options.Resize is not null);
        return DataSource.ToTest(raw, _schema, _encoder);
    }
}
