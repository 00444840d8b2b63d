using System.Globalization;

namespace ActorSparse.Model.Data;

/// <summary>Height and width of an image, in pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct ImageSize(int Height, int Width)
{
    private const int SideMax = 1 << 15;

    /// <summary>The size written as <see cref="ToString"/> does.</summary>
    /// <exception cref="InvalidInputException">The text is none.</exception>
    public static ImageSize Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sides = text.Split('x');
        if (sides.Length == 2 && TryParse(sides[0], out var height) && TryParse(sides[1], out var width)) return new(height, width);
        throw new InvalidInputException($"'{text}': expected HEIGHTxWIDTH, such as 32x32, each 1 to {SideMax}");
    }

    /// <summary>"28x32": height, then width.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}x{Width}");

    private static bool TryParse(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= 1 and <= SideMax;
}
