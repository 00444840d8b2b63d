using ActorSparse.Model.Data.Formats.Images;
using ActorSparse.Model.Data.Formats.NumPy;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Reads a data file of any format, with its labels.</summary>
internal static class FileReader
{
    private const string Madelon = ".data", MadelonLabels = ".labels", Gzip = ".gz";

    /// <summary>
    /// Reads <paramref name="path"/> as <paramref name="options"/> say; labels that lie apart are in <paramref name="labelsPath"/> or
    /// beside the samples. <paramref name="isTest"/>: of a file with both sets the test set. <paramref name="shape"/> is that of the images trained on, where they are images;
    /// <paramref name="networkFeatures"/> the number of features where a network has settled it;
    /// <paramref name="layout"/> the columns of the table trained on.
    /// </summary>
    internal static RawSamples Read(
        string path, string? labelsPath, DataOptions options, bool isTest, ImageShape? shape = null, int? networkFeatures = null,
        TableLayout? layout = null)
    {
        var isFolder = Directory.Exists(path);
        using var file = isFolder || options.Format is not (DataFormat.Auto or DataFormat.Table or DataFormat.Libsvm) ? null
            : InputFile.Open(path, Expected(options.Format));
        var format = isFolder ? DataFormat.Images
            : options.Format == DataFormat.Auto ? FormatDetector.Detect(file!, options.Encoding) : options.Format;
        if (format is not (DataFormat.Table or DataFormat.Libsvm) && !isFolder && file is { CanSeek: false })
            throw new InvalidInputException($"{file.Path}: is {Expected(format)}; expected one that is no pipe, or a table or LIBSVM file");
        if (format != DataFormat.Images && networkFeatures is null && (options.Resize is not null || options.Channels is not null))
            throw new InvalidInputException($"{path}: --resize and --channels are for folders of images; expected one");
        if (format != DataFormat.Table && networkFeatures is null && OfTables(options) is { } option)
            throw new InvalidInputException($"{path}: {option} is for tables; expected one, or no {option}");
        if (format != DataFormat.Libsvm && networkFeatures is null && options.IndexBase is not null)
            throw new InvalidInputException($"{path}: --libsvm-base is for LIBSVM files; expected one, or no --libsvm-base");
        switch (format)
        {
            case DataFormat.Images:
                if (labelsPath is not null || (options.TargetColumns is not null && options.Label != LabelColumn.None))
                    throw new InvalidInputException($"{path}: labels apart; expected none, as the folders of images are their classes");
                return ImageReader.Read(path, options, shape, needsClasses: networkFeatures is null);
            case DataFormat.NumPy:
                return NumPyReader.Read(path, labelsPath, options, isTest);
            case DataFormat.Idx:
                return IdxReader.Read(path, labelsPath ?? IdxLabelsOf(path));
            case DataFormat.Libsvm:
                if (labelsPath is not null)
                    throw new InvalidInputException($"{labelsPath}: labels apart; expected none, as the LIBSVM file {path} holds its own");
                if (options.TargetColumns is not null && options.Label != LabelColumn.None)
                    throw new InvalidInputException($"{path}: --label and --targets name columns of tables; expected a table");
                return LibsvmReader.Read(file!, options);
            default:
                return TableReader.Read(file!, labelsPath ?? TableLabelsOf(path), options, networkFeatures, layout);
        }
    }

    // An option that does nothing for other files.
    private static string? OfTables(DataOptions options) =>
        options.IgnoredColumns is not null ? "--ignore"
        : options.FeatureColumns is not null ? "--columns"
        : options.Missing != MissingValueMode.Refuse ? "--missing"
        : options.CategoryColumns is not null || !options.HasCategories ? "--categories"
        : options.HasDecimalComma ? "--decimal"
        : options.Header != TableHeader.Auto ? "--header" : null;

    private static string Expected(DataFormat format) => format switch
    {
        DataFormat.Table => TableReader.Expected,
        DataFormat.Libsvm => LibsvmReader.Expected,
        DataFormat.Idx => IdxReader.Expected,
        DataFormat.NumPy => NumPyReader.Expected,
        DataFormat.Images => "an image",
        _ => "a data file or a folder of images",
    };

    private static string IdxLabelsOf(string path)
    {
        var name = Path.GetFileName(path);
        var labelsName = name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        if (labelsName != name && Existing(Path.Combine(Path.GetDirectoryName(path) ?? "", labelsName)) is { } found) return found;
        var beside = labelsName == name ? "" : $", or at {labelsName} beside";
        throw new InvalidInputException($"{path}: the file with its labels is not known; expected it as an option{beside}");
    }

    private static string? TableLabelsOf(string path)
    {
        var plain = path.EndsWith(Gzip, StringComparison.Ordinal) ? path[..^Gzip.Length] : path;
        return plain.EndsWith(Madelon, StringComparison.Ordinal) ? Existing(plain[..^Madelon.Length] + MadelonLabels) : null;
    }

    private static string? Existing(string path)
    {
        if (File.Exists(path)) return path;
        var other = path.EndsWith(Gzip, StringComparison.Ordinal) ? path[..^Gzip.Length] : path + Gzip;
        return File.Exists(other) ? other : null;
    }
}
