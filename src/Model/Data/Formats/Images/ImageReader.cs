using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats.Images;

/// <summary>Reads images, on all cores; what comes of it, data or error, does not depend on their number.</summary>
internal sealed class ImageReader
{
    // Of an image that somebody sends: few bytes may stand for many pixels.
    private const long ResampledPixelsMax = 1 << 24;

    private readonly IReadOnlyList<ImageFile> _files;
    private readonly ImageSize _size;
    private readonly ImageSize? _required; // of every file, where nothing is resampled
    private readonly string _requiredBy;

    private ImageReader(IReadOnlyList<ImageFile> files, ImageSize size, bool resizes, string requiredBy)
    {
        _files = files;
        _size = size;
        _required = resizes ? null : size;
        _requiredBy = requiredBy;
    }

    /// <summary>
    /// Reads <paramref name="path"/> as <paramref name="options"/> say. <paramref name="shape"/> is that of the training set, where it is
    /// known: size and channels follow it. Where <paramref name="needsClasses"/> is false, images may lie in no folder of their class.
    /// </summary>
    internal static RawSamples Read(string path, DataOptions options, ImageShape? shape, bool needsClasses)
    {
        if (needsClasses && File.Exists(path)) throw new InvalidInputException($"{path}: is one image; expected a folder of images");
        var isLabelled = options.Label != LabelColumn.None && (needsClasses || ImageFolder.HasClasses(path));
        var files = isLabelled ? ImageFolder.FindLabelled(path) : ImageFolder.FindAll(path);
        var first = new ImageDecoder();
        first.Open(files[0].Path);
        ImageSize? known = shape is { } given ? new(given.Height, given.Width) : null;
        if (options.Resize is { } resize && known is { } trained && resize != trained)
            throw new InvalidInputException($"{path}: resize {resize}: expected {trained}, as the training images are");
        var size = options.Resize ?? known ?? first.Size;
        var reader = new ImageReader(files, size, options.Resize is not null, known is null ? $"as {files[0].Path} is" : "as the training images are");
        var channels = shape?.Channels ?? options.Channels;
        var pixels = reader.TryDecode(channels ?? (first.IsGrey ? 1 : 3), mustBeGrey: channels is null && first.IsGrey)
            ?? reader.TryDecode(3, mustBeGrey: false)!;
        return new(path, (int)(pixels.Length / files.Count), isLabelled ? Labels(path, files) : RawTargets.Unknown(path, options.TargetKind, files.Count))
        {
            Bytes = pixels,
            ImageShape = new(size.Height, size.Width, (int)(pixels.Length / files.Count / size.Height / size.Width)),
            SampleNames = [.. files.Select(file => file.Name)],
        };
    }

    /// <summary>
    /// The one image that is <paramref name="content"/>, which messages call <paramref name="name"/>, for a network that was trained on images
    /// of <paramref name="shape"/>; resampled if <paramref name="resizes"/>.
    /// </summary>
    internal static RawSamples Read(string name, byte[] content, ImageShape shape, bool resizes)
    {
        var size = new ImageSize(shape.Height, shape.Width);
        var decoder = new ImageDecoder();
        // What is not resampled is refused before there is memory for its pixels.
        decoder.Open(name, content, resizes ? ResampledPixelsMax : (long)size.Height * size.Width);
        if (!resizes && decoder.Size != size)
            throw new InvalidInputException($"{name}: is {decoder.Size} pixels; expected {size}, as the training images are");
        var pixels = new NativeBuffer<byte>(shape.FeatureCount, zeroed: false);
        decoder.CopyTo(pixels.Span, shape.Channels, size);
        return new(name, (int)shape.FeatureCount, RawTargets.Unknown(name, TargetKind.Classes, 1)) { Bytes = pixels, ImageShape = shape };
    }

    private static RawTargets Labels(string path, List<ImageFile> files)
    {
        var labels = new RawLabels(path);
        foreach (var file in files) labels.Add(file.Class, file: $"folder {file.Class}");
        return RawTargets.Of(labels);
    }

    // Null if an image is not grey that must be. Of several errors the first in the order of files counts, as with one thread.
    private NativeBuffer<byte>? TryDecode(int channels, bool mustBeGrey)
    {
        var length = checked(channels * _size.Height * _size.Width);
        var pixels = new NativeBuffer<byte>((long)_files.Count * length, zeroed: false);
        var failures = new System.Collections.Concurrent.ConcurrentDictionary<long, InvalidInputException?>();
        var result = Parallel.For(0, _files.Count, () => new ImageDecoder(), (index, loop, decoder) =>
        {
            try
            {
                Open(decoder, _files[index].Path);
                if (mustBeGrey && !decoder.IsGrey)
                {
                    failures[index] = null;
                    loop.Break();
                }
                else decoder.CopyTo(pixels.Slice((long)index * length, length), channels, _size);
            }
            catch (InvalidInputException error)
            {
                failures[index] = error;
                loop.Break();
            }
            return decoder;
        }, _ => { });
        if (result.LowestBreakIteration is not { } failed) return pixels;
        pixels.Dispose();
        return failures[failed] is { } failure ? throw failure : null;
    }

    private void Open(ImageDecoder decoder, string path)
    {
        decoder.Open(path);
        if (_required is { } size && decoder.Size != size)
            throw new InvalidInputException($"{path}: is {decoder.Size} pixels; expected {size}, {_requiredBy}, or --resize HEIGHTxWIDTH");
    }
}
