using System.Globalization;

namespace ActorSparse.Model.Operators;

/// <summary>
/// Shape of one sample's activations: channels of height x width positions each. Vectors have one position a channel; tokens lie along the
/// height, with width 1, and their features are the channels.
/// </summary>
/// <param name="Channels">Channels, or features, at least 1.</param>
/// <param name="Height">Rows of positions, at least 1.</param>
/// <param name="Width">Positions of a row, at least 1.</param>
internal readonly record struct TensorShape(int Channels, int Height = 1, int Width = 1)
{
    /// <summary>Positions of a channel.</summary>
    public int Positions => Height * Width;

    /// <summary>Numbers a sample: in an <see cref="Numerics.ActivationMatrix"/> they are its neurons, channel by channel, row by row.</summary>
    public int Count => checked(Channels * Height * Width);

    /// <summary>Whether there is one position a channel.</summary>
    public bool IsVector => Height == 1 && Width == 1;

    /// <summary>"3x32x32", or "784" for a vector.</summary>
    public override string ToString() => IsVector ? Channels.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Channels}x{Height}x{Width}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="InvalidInputException">It is no shape.</exception>
    public static TensorShape Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('x');
        var sizes = new int[parts.Length];
        for (var index = 0; index < parts.Length; index++)
            if (!int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out sizes[index]) || sizes[index] < 1)
                sizes[index] = 0;
        if (sizes.Length is not (1 or 3) || sizes.Contains(0) || sizes.Aggregate(1L, (product, size) => product * size) > int.MaxValue)
            throw new InvalidInputException($"shape '{text}': expected CHANNELSxHEIGHTxWIDTH, as in 3x32x32, or the length of a vector");
        return sizes.Length == 1 ? new(sizes[0]) : new(sizes[0], sizes[1], sizes[2]);
    }
}
