using System.IO.Compression;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats.NumPy;

/// <summary>
/// Reads NumPy's arrays: NPZ files with samples and targets, of one data set (X, y) or of both (x_train, y_train, x_test, y_test), and NPY
/// files with samples, whose targets are in another one.
/// </summary>
internal static class NumPyReader
{
    internal const string Expected = "a file of NumPy's";

    /// <summary>Whether <paramref name="path"/> is an NPZ file with samples to test on.</summary>
    internal static bool HasTest(string path)
    {
        if (!InputFile.CanReopen(path)) return false;
        using (var beginning = InputFile.Open(path, Expected))
            if (FormatDetector.Detect(beginning, null) != DataFormat.NumPy) return false;
        using var file = InputFile.OpenStream(path, Expected);
        if (!IsZip(file)) return false;
        using var archive = NpzArchive.Open(path, file);
        return Find(archive, "x_test") is not null;
    }

    /// <summary>
    /// Reads <paramref name="path"/>: of an NPZ file with both the part that <paramref name="isTest"/> says. The targets of an NPY file are
    /// in <paramref name="labelsPath"/>.
    /// </summary>
    internal static RawSamples Read(string path, string? labelsPath, DataOptions options, bool isTest)
    {
        if (options.TargetColumns is not null && options.Label != LabelColumn.None)
            throw new InvalidInputException($"{path}: --label and --targets name columns of tables; expected a table");
        using var file = InputFile.OpenStream(path, Expected);
        using var archive = IsZip(file) ? NpzArchive.Open(path, file) : null;
        if (archive is null)
        {
            var targets = labelsPath is null || options.Label == LabelColumn.None ? null : ReadLabels(labelsPath, options.TargetKind);
            return ReadSamples(path, new(file, file.Length, path), targets, options.TargetKind);
        }
        if (labelsPath is not null) throw new InvalidInputException($"{labelsPath}: labels apart; expected none, as {path} holds its own");
        var part = isTest ? "test" : "train";
        var samples = Find(archive, $"x_{part}") ?? Find(archive, "x")
            ?? throw Lacking(path, archive, part);
        var labels = options.Label == LabelColumn.None ? null : Find(archive, samples.Name.Length > "x.npy".Length ? $"y_{part}" : "y");
        var known = labels is null ? null : NpzArchive.ReadArray(path, labels, array => ReadTargets(path, array, options.TargetKind));
        return NpzArchive.ReadArray(path, samples, array => ReadSamples(path, array, known, options.TargetKind));
    }

    private static RawTargets ReadLabels(string path, TargetKind kind)
    {
        using var file = InputFile.OpenStream(path, Expected);
        return ReadTargets(path, new(file, file.Length, path), kind);
    }

    private static RawSamples ReadSamples(string path, NpyArray array, RawTargets? targets, TargetKind kind)
    {
        if (targets is not null && targets.SampleCount != array.Shape[0])
            throw array.Error($"has {array.Shape[0]} samples and {targets.SampleCount} targets; expected as many of both");
        // Channels last is what image libraries make; networks here have planes.
        var isChannelsLast = array.Shape is [_, _, _, 1 or 3];
        ImageShape? shape = array.Shape switch
        {
            [_, var height, var width] => new(height, width),
            [_, var height, var width, var channels] when isChannelsLast => new(height, width, channels),
            [_, var channels, var height, var width] => new(height, width, channels),
            _ => null,
        };
        var samples = new RawSamples(path, array.ItemLength, targets ?? RawTargets.Unknown(path, kind, array.Shape[0])) { ImageShape = shape };
        if (array.IsBytes) samples.Bytes = isChannelsLast ? ToPlanes(array.ReadBytes(), shape!.Value) : array.ReadBytes();
        else samples.Floats = isChannelsLast ? ToPlanes(array.ReadFloats(), shape!.Value) : array.ReadFloats();
        return samples;
    }

    private static RawTargets ReadTargets(string path, NpyArray array, TargetKind kind)
    {
        var columns = array.ItemLength;
        if (kind == TargetKind.Classes)
        {
            if (columns != 1) throw array.Error($"has {columns} numbers a sample; expected one class");
            var labels = new RawLabels(path);
            foreach (var text in array.ReadTexts()) labels.Add(text);
            labels.Complete();
            return RawTargets.Of(labels);
        }
        var targets = new RawTargets(path, kind, [.. Enumerable.Range(1, columns).Select(column => columns == 1 ? "target" : $"column {column}")]);
        using var values = array.ReadFloats();
        for (var sample = 0; sample < array.Shape[0]; sample++)
        {
            var row = values.Slice((long)sample * columns, columns);
            if (kind == TargetKind.Real) targets.Values.AddRange(row);
            else if (row.ContainsAnyExcept(0f, 1f)) throw array.Error($"has other numbers than 0 and 1 in sample {sample + 1}; expected labels");
            else targets.AddColumns(row);
        }
        return targets;
    }

    private static NativeBuffer<T> ToPlanes<T>(NativeBuffer<T> values, ImageShape shape) where T : unmanaged
    {
        var item = (int)shape.FeatureCount;
        var own = new T[item];
        for (long start = 0; start < values.Length; start += item)
        {
            var sample = values.Slice(start, item);
            sample.CopyTo(own);
            for (var feature = 0; feature < item; feature++)
                sample[feature % shape.Channels * (item / shape.Channels) + feature / shape.Channels] = own[feature];
        }
        return values;
    }

    private static bool IsZip(FileStream file)
    {
        var isZip = file.ReadByte() == 'P';
        file.Position = 0;
        return isZip;
    }

    private static InvalidInputException Lacking(string path, ZipArchive archive, string part)
    {
        var names = string.Join(", ", archive.Entries.Select(entry => entry.FullName));
        return new(archive.Entries.Any(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal))
            ? $"{path}: has no array x_{part} or X; it has {names}"
            : $"{path}: is a zip archive of {names}; expected NumPy's arrays, or the file unpacked (or gzip)");
    }

    private static ZipArchiveEntry? Find(ZipArchive archive, string name) =>
        archive.Entries.FirstOrDefault(entry => entry.FullName.Equals(name + ".npy", StringComparison.OrdinalIgnoreCase));
}
