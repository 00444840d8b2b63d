using System.Globalization;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data;

/// <summary>
/// Random affine maps of images (wasap specification, section 6): a rotation about the centre, a shift, a horizontal flip, in
/// one bilinear resampling. Pixels from outside the image take the value of the nearest one inside.
/// </summary>
/// <param name="RotationDegreesMax">Rotation is uniform in plus or minus this many degrees.</param>
/// <param name="ShiftMax">Shifts are uniform in plus or minus this fraction of height and width.</param>
/// <param name="HorizontalFlips">Whether every second image, at random, is mirrored left to right.</param>
public sealed record AffineAugmentation(double RotationDegreesMax = 10, double ShiftMax = 0.1, bool HorizontalFlips = true)
    : ImageAugmentation
{
    // The text of the time when there was no other kind: data sets keep their hash.
    internal override string Key => string.Create(CultureInfo.InvariantCulture,
        $"ImageAugmentation {{ RotationDegreesMax = {RotationDegreesMax}, ShiftMax = {ShiftMax}, HorizontalFlips = {HorizontalFlips} }}");

    /// <inheritdoc/>
    internal override unsafe void Apply(ImageShape shape, float* source, float* target, float* means, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var angle = (2 * random.NextDouble() - 1) * RotationDegreesMax * Math.PI / 180;
        var shiftY = (2 * random.NextDouble() - 1) * ShiftMax * shape.Height;
        var shiftX = (2 * random.NextDouble() - 1) * ShiftMax * shape.Width;
        var flip = HorizontalFlips && random.NextDouble() < 0.5;
        Resample(shape, source, target, angle, shiftY, shiftX, flip);
    }

    /// <summary>
    /// Target pixel (y, x) is the source at the pixel's place after flip, rotation by <paramref name="angle"/> (radians) and shift
    /// (pixels).
    /// </summary>
    internal static unsafe void Resample(ImageShape shape, float* source, float* target, double angle, double shiftY, double shiftX,
        bool flip)
    {
        double centreY = (shape.Height - 1) / 2.0, centreX = (shape.Width - 1) / 2.0;
        float cosine = (float)Math.Cos(angle), sine = (float)Math.Sin(angle), mirror = flip ? -1 : 1;
        var plane = shape.Height * shape.Width;
        for (var y = 0; y < shape.Height; y++)
        {
            var fromCentreY = (float)(y - centreY);
            for (var x = 0; x < shape.Width; x++)
            {
                var fromCentreX = mirror * (float)(x - centreX);
                var sourceY = Math.Clamp((float)(centreY + shiftY) + cosine * fromCentreY + sine * fromCentreX, 0, shape.Height - 1);
                var sourceX = Math.Clamp((float)(centreX + shiftX) + cosine * fromCentreX - sine * fromCentreY, 0, shape.Width - 1);
                int top = (int)sourceY, left = (int)sourceX;
                var down = top + 1 < shape.Height ? shape.Width : 0;
                var right = left + 1 < shape.Width ? 1 : 0;
                float weightY = sourceY - top, weightX = sourceX - left;
                var corner = source + top * shape.Width + left;
                var pixel = target + y * shape.Width + x;
                for (var channel = 0; channel < shape.Channels; channel++, corner += plane, pixel += plane)
                {
                    var upper = corner[0] + weightX * (corner[right] - corner[0]);
                    var lower = corner[down] + weightX * (corner[down + right] - corner[down]);
                    *pixel = upper + weightY * (lower - upper);
                }
            }
        }
    }
}
