using SkiaSharp;

namespace ActorSparse.Model.Data.Formats.Images;

/// <summary>
/// Decodes one PNG or JPEG file after the other to upright pixels of 8 bits. What is transparent lies on black; colour profiles do not
/// count. One caller at a time.
/// </summary>
internal sealed class ImageDecoder
{
    // More are taken for a mistake, or for a file that is to fill the memory.
    private const long PixelsMax = 1 << 27;

    private const string Expected = "expected a PNG or JPEG image";
    private const int Depth = 4; // red, green, blue, alpha

    private readonly ImageResampler _resampler = new();
    private byte[] _pixels = [], _plane = [];
    private int _width, _height; // as stored
    private SKEncodedOrigin _origin;

    /// <summary>Size of the image, upright.</summary>
    internal ImageSize Size { get; private set; }

    /// <summary>Whether red, green and blue are the same in every pixel.</summary>
    internal bool IsGrey { get; private set; }

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read, or is no whole PNG or JPEG image.</exception>
    internal void Open(string path) => Open(path, Read(path), PixelsMax);

    /// <summary>Reads <paramref name="content"/>, which messages call <paramref name="path"/>, of up to <paramref name="pixelsMax"/> pixels.</summary>
    /// <exception cref="InvalidInputException">It is no whole PNG or JPEG image, or a larger one.</exception>
    internal unsafe void Open(string path, byte[] content, long pixelsMax)
    {
        using var stream = new SKMemoryStream(content);
        using var codec = SKCodec.Create(stream);
        if (codec is null) throw new InvalidInputException($"{path}: is no image that can be read; {Expected}");
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
            throw new InvalidInputException($"{path}: holds {codec.EncodedFormat}; {Expected}");
        (_width, _height, _origin) = (codec.Info.Width, codec.Info.Height, codec.EncodedOrigin);
        if ((long)_width * _height > pixelsMax)
            throw new InvalidInputException($"{path}: is {new ImageSize(_height, _width)} pixels; expected at most {pixelsMax} in all");
        Size = _origin >= SKEncodedOrigin.LeftTop ? new(_width, _height) : new(_height, _width);
        var length = _width * _height * Depth;
        if (_pixels.Length < length) _pixels = new byte[length];
        fixed (byte* pixels = _pixels)
        {
            // Premultiplied by alpha: as it looks on black.
            var result = codec.GetPixels(new(_width, _height, SKColorType.Rgba8888, SKAlphaType.Premul), (nint)pixels);
            if (result != SKCodecResult.Success)
                throw new InvalidInputException($"{path}: is damaged or truncated ({result}); {Expected}");
        }
        IsGrey = IsGreyIn(_pixels.AsSpan(0, length));
    }

    /// <summary>
    /// Writes the image in <paramref name="channels"/> planes, 1 (grey) or 3, each of <paramref name="size"/>; resampled if that is not its
    /// own.
    /// </summary>
    internal void CopyTo(Span<byte> target, int channels, ImageSize size)
    {
        var length = size.Height * size.Width;
        for (var channel = 0; channel < channels; channel++)
        {
            var plane = target.Slice(channel * length, length);
            if (size == Size)
            {
                CopyPlane(plane, channels, channel);
                continue;
            }
            var own = _width * _height;
            if (_plane.Length < own) _plane = new byte[own];
            CopyPlane(_plane.AsSpan(0, own), channels, channel);
            _resampler.Resample(_plane.AsSpan(0, own), Size, plane, size);
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length > 0 ? bytes : throw new InvalidInputException($"{path}: the file is empty; {Expected}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path}: cannot be read ({error.Message}); {Expected}", error);
        }
    }

    private static bool IsGreyIn(ReadOnlySpan<byte> pixels)
    {
        for (var index = 0; index < pixels.Length; index += Depth)
            if (pixels[index] != pixels[index + 1] || pixels[index] != pixels[index + 2]) return false;
        return true;
    }

    private void CopyPlane(Span<byte> plane, int channels, int channel)
    {
        var index = 0;
        for (var y = 0; y < Size.Height; y++)
            for (var x = 0; x < Size.Width; x++)
            {
                var pixel = Stored(y, x) * Depth;
                plane[index++] = channels == 1 ? Grey(_pixels[pixel], _pixels[pixel + 1], _pixels[pixel + 2]) : _pixels[pixel + channel];
            }
    }

    // Where an upright pixel is stored: Exif 2.3, tag Orientation, says which sides of the picture the first row and column are.
    private int Stored(int y, int x)
    {
        int right = _width - 1, bottom = _height - 1;
        var (row, column) = _origin switch
        {
            SKEncodedOrigin.TopRight => (y, right - x),
            SKEncodedOrigin.BottomRight => (bottom - y, right - x),
            SKEncodedOrigin.BottomLeft => (bottom - y, x),
            SKEncodedOrigin.LeftTop => (x, y),
            SKEncodedOrigin.RightTop => (bottom - x, y),
            SKEncodedOrigin.RightBottom => (bottom - x, right - y),
            SKEncodedOrigin.LeftBottom => (x, right - y),
            _ => (y, x),
        };
        return row * _width + column;
    }

    // Luminance (ITU-R BT.601), rounded; of a grey pixel its value.
    private static byte Grey(int red, int green, int blue) => (byte)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}
