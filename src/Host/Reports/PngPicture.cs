using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Data;
using SkiaSharp;

namespace ActorSparse.Host.Reports;

/// <summary>Pictures as PNG files.</summary>
internal static class PngPicture
{
    /// <summary>
    /// The picture whose values, 0 to 1, are laid out as <paramref name="shape"/> says; what lies beyond is cut off. Every pixel becomes a
    /// square of <paramref name="scale"/>.
    /// </summary>
    public static byte[] Encode(ReadOnlySpan<double> values, ImageShape shape, int scale = 1)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(shape.Width * scale, shape.Height * scale, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var plane = shape.Height * shape.Width;
        for (var y = 0; y < shape.Height * scale; y++)
            for (var x = 0; x < shape.Width * scale; x++)
            {
                var place = y / scale * shape.Width + x / scale;
                byte red = Byte(values[place]), green = red, blue = red;
                if (shape.Channels == 3) (green, blue) = (Byte(values[plane + place]), Byte(values[2 * plane + place]));
                bitmap.SetPixel(x, y, new(red, green, blue));
            }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Writes a file.</summary>
    public static void Write(string path, byte[] png) => AtomicFile.WriteStream(path, stream => stream.Write(png));

    private static byte Byte(double value) => (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
}
