using System.Globalization;

namespace ActorSparse.Model.Data;

/// <summary>How features are laid out as an image: feature (channel * Height + row) * Width + column, channels in planes.</summary>
/// <param name="Height">Rows, in pixels.</param>
/// <param name="Width">Columns, in pixels.</param>
/// <param name="Channels">Planes: 1 for grey, 3 for red, green and blue.</param>
public readonly record struct ImageShape(int Height, int Width, int Channels = 1)
{
    /// <summary>Number of features of one image.</summary>
    public long FeatureCount => (long)Height * Width * Channels;

    /// <summary>For messages: height, width and channels.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Height}x{Width} pixels in {Channels} channels");
}
