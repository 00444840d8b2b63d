using System.Globalization;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Reads decimal numbers from UTF-8 text to the nearest float, in the common case without any call.</summary>
internal static class NumberParser
{
    // Clinger, "How to Read Floating Point Numbers Accurately" (1990): up to 2^53 and 10^22 both operands are exact, one rounding remains.
    private const ulong ExactMantissaMax = 1UL << 53;
    private const int DigitsMax = 19;

    private static readonly double[] s_powersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>
    /// Reads the number at the beginning of <paramref name="text"/>; the result is its length in bytes, 0 if there is none. The value
    /// may be infinite or not a number.
    /// </summary>
    internal static int Read(ReadOnlySpan<byte> text, out float value)
    {
        var position = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        ulong mantissa = 0;
        var start = position;
        for (; position < text.Length && IsDigit(text[position]); position++) mantissa = mantissa * 10 + (ulong)(text[position] - '0');
        int digits = position - start, exponent = 0;
        if (position < text.Length && text[position] == '.')
        {
            start = ++position;
            for (; position < text.Length && IsDigit(text[position]); position++) mantissa = mantissa * 10 + (ulong)(text[position] - '0');
            exponent = start - position;
            digits -= exponent;
        }
        if (digits is 0 or > DigitsMax) return ReadSlowly(text, out value);
        if (position < text.Length && text[position] is (byte)'e' or (byte)'E')
        {
            var length = ReadExponent(text[(position + 1)..], out var written);
            if (length == 0) return ReadSlowly(text, out value);
            position += 1 + length;
            exponent += written;
        }
        // A letter or a second point: something else than these digits alone.
        if (position < text.Length && IsPartOfToken(text[position])) return ReadSlowly(text, out value);
        while (mantissa > ExactMantissaMax && mantissa % 10 == 0)
        {
            mantissa /= 10;
            exponent++;
        }
        if (mantissa > ExactMantissaMax || Math.Abs(exponent) >= s_powersOfTen.Length) return ReadSlowly(text, out value);
        var exact = exponent < 0 ? mantissa / s_powersOfTen[-exponent] : mantissa * s_powersOfTen[exponent];
        // Half way between two floats, the second rounding could go wrong. (All results here are normal floats or zero.)
        if ((BitConverter.DoubleToUInt64Bits(exact) & 0x1FFF_FFFF) == 0x1000_0000) return ReadSlowly(text, out value);
        value = (float)(text[0] == '-' ? -exact : exact);
        return position;
    }

    private static int ReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        var position = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        var start = position;
        for (; position < text.Length && IsDigit(text[position]); position++)
            exponent = Math.Min(exponent * 10 + (text[position] - '0'), 100_000);
        if (position == start) return 0;
        if (text[0] == '-') exponent = -exponent;
        return position;
    }

    private static int ReadSlowly(ReadOnlySpan<byte> text, out float value)
    {
        var length = 0;
        while (length < text.Length && IsPartOfToken(text[length])) length++;
        return float.TryParse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value) ? length : 0;
    }

    private static bool IsDigit(byte character) => (uint)(character - '0') <= 9;

    private static bool IsPartOfToken(byte character) =>
        IsDigit(character) || character is (byte)'.' or (byte)'+' or (byte)'-' || char.IsAsciiLetter((char)character)
        || character > 0x7F;
}
