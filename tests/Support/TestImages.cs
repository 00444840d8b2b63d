using SkiaSharp;

namespace ActorSparse.Tests.Support;

/// <summary>Encoded images of a few pixels.</summary>
internal static class TestImages
{
    /// <summary>A PNG file of that many pixels; <paramref name="pixel"/> gives each, by row and column.</summary>
    public static byte[] Png(int height, int width, Func<int, int, SKColor> pixel) => Encode(SKEncodedImageFormat.Png, height, width, pixel);

    /// <summary>A JPEG file of that many pixels.</summary>
    public static byte[] Jpeg(int height, int width, Func<int, int, SKColor> pixel) => Encode(SKEncodedImageFormat.Jpeg, height, width, pixel);

    /// <summary>The colour of a grey pixel.</summary>
    public static SKColor Grey(int value) => new((byte)value, (byte)value, (byte)value);

    /// <summary>The JPEG file <paramref name="jpeg"/> with the EXIF tag Orientation added (Exif 2.3, section 4.6).</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] tiff =
        [
            (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, // big endian, directory at byte 8
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // one entry: Orientation, one short
            0, 0, 0, 0,
        ];
        byte[] content = [(byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, .. tiff];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(content.Length + 2), .. content, .. jpeg[2..]];
    }

    public static byte[] Encode(SKEncodedImageFormat format, int height, int width, Func<int, int, SKColor> pixel)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, pixel(y, x));
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }
}
