using System.Globalization;
using System.Text;
using ActorSparse.Model.Data.Formats;
using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Data;

public sealed class NumberParserTests
{
    private static readonly Gen<char> s_digit = Gen.Char['0', '9'];

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("+7")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-.5e-3")]
    [InlineData("1E+10")]
    [InlineData("16777217")]
    [InlineData("8.692932128906250000e-01")]
    [InlineData("9007199791611905")]
    [InlineData("0.1000000000000000000000000000000000000001")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("3.4028235e38")]
    [InlineData("1.4e-45")]
    [InlineData("1e-60")]
    [InlineData("1e400")]
    [InlineData("0e999999999999")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    public void Numbers_are_those_of_the_framework(string text)
    {
        Assert.Equal(text.Length, NumberParser.Read(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(BitConverter.SingleToUInt32Bits(float.Parse(text, CultureInfo.InvariantCulture)),
            BitConverter.SingleToUInt32Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("x1")]
    [InlineData("1x")]
    [InlineData("1.2.3")]
    [InlineData("1-2")]
    [InlineData("0x10")]
    [InlineData(" 1")]
    [InlineData("1\u00e9")]
    public void Anything_else_is_not_a_number(string text) => Assert.Equal(0, NumberParser.Read(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("12,3", 2)]
    [InlineData("1.5 2", 3)]
    [InlineData("4:5", 1)]
    [InlineData("12345678901234567890123,", 23)]
    public void A_number_ends_where_no_part_of_it_follows(string text, int length) =>
        Assert.Equal(length, NumberParser.Read(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Random_decimals_are_rounded_to_the_nearest_float() =>
        (from sign in Gen.OneOf("", "-")
         from whole in Gen.String[s_digit, 1, 11]
         from fraction in Gen.String[s_digit, 0, 10]
         from exponent in Gen.Int[-30, 29].Select(power => $"e{power}").Null(0.5)
         select $"{sign}{whole}.{fraction}{exponent}").ForAll(100_000, number =>
        {
            Assert.Equal(number.Length, NumberParser.Read(Encoding.UTF8.GetBytes(number), out var value));
            Assert.Equal(BitConverter.SingleToUInt32Bits(float.Parse(number, CultureInfo.InvariantCulture)),
                BitConverter.SingleToUInt32Bits(value));
        });

    [Fact]
    public void Decimals_half_way_between_floats_are_rounded_once()
    {
        var random = new RandomSource(2).Stream("ties");
        for (var trial = 0; trial < 20_000; trial++)
        {
            // The double half way between two floats, written with the 17 digits that name it and with fewer: just above, below or on it.
            var single = 1 + random.NextSingle();
            var half = (single + (double)MathF.BitIncrement(single)) / 2;
            var number = half.ToString("F" + (14 + random.NextInt32(11)), CultureInfo.InvariantCulture);
            NumberParser.Read(Encoding.UTF8.GetBytes(number), out var value);
            Assert.True(float.Parse(number, CultureInfo.InvariantCulture) == value, number);
        }
    }
}
