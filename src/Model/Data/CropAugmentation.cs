using System.Globalization;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>
/// Random crops as usual for CIFAR (He and others, arXiv 1512.03385, section 4.2): the standardised image with so many zeros on each side, of
/// which a window of the image's size is taken, mirrored or not. In whole pixels: nothing is blurred.
/// </summary>
/// <param name="Padding">Rows and columns of zeros on each side.</param>
/// <param name="HorizontalFlips">Whether every second image, at random, is mirrored left to right.</param>
public sealed record CropAugmentation(int Padding = 4, bool HorizontalFlips = true) : ImageAugmentation
{
    internal override string Key => string.Create(CultureInfo.InvariantCulture, $"crop {Padding} {HorizontalFlips}");

    /// <inheritdoc/>
    internal override unsafe void Apply(ImageShape shape, float* source, float* target, float* means, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var shiftY = random.NextInt32(2 * Padding + 1) - Padding;
        var shiftX = random.NextInt32(2 * Padding + 1) - Padding;
        var flip = HorizontalFlips && random.NextInt32(2) == 0;
        Crop(shape, source, target, means, shiftY, shiftX, flip);
    }

    /// <summary>Target pixel (y, x) is the source at (y + shiftY, x + shiftX), or at the mirrored x; 0 once standardised if that is outside.</summary>
    internal static unsafe void Crop(ImageShape shape, float* source, float* target, float* means, int shiftY, int shiftX, bool flip)
    {
        for (var channel = 0; channel < shape.Channels; channel++)
            for (var y = 0; y < shape.Height; y++)
            {
                var start = ((long)channel * shape.Height + y) * shape.Width;
                var row = new Span<float>(target + start, shape.Width);
                new ReadOnlySpan<float>(means + start, shape.Width).CopyTo(row);
                // So many pixels are left of the row; in a mirrored one they begin at the right.
                var count = (uint)(y + shiftY) < (uint)shape.Height ? shape.Width - Math.Abs(shiftX) : 0;
                if (count <= 0) continue;
                var from = new ReadOnlySpan<float>(source + start + (long)shiftY * shape.Width + Math.Max(0, shiftX), count);
                var to = row.Slice(flip ? Math.Max(0, shiftX) : Math.Max(0, -shiftX), count);
                from.CopyTo(to);
                if (flip) to.Reverse();
            }
    }
}
