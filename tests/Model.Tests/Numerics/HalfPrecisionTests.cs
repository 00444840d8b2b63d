using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Numerics;

public sealed class HalfPrecisionTests
{
    [Fact]
    public void Every_binary16_number_is_widened_to_the_number_it_is_and_comes_back()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        var widened = new float[all.Length];
        HalfPrecision.Widen(FloatFormat.Fp16, all, 1, widened);
        var back = new ushort[all.Length];
        HalfPrecision.Narrow(FloatFormat.Fp16, widened, 1, back);
        for (var index = 0; index < all.Length; index++)
        {
            var expected = (float)BitConverter.UInt16BitsToHalf(all[index]);
            if (float.IsNaN(expected))
            {
                Assert.True(float.IsNaN(widened[index]) && Half.IsNaN(BitConverter.UInt16BitsToHalf(back[index])), $"{all[index]:x4}");
                continue;
            }
            Assert.True(BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(widened[index]), $"{all[index]:x4}");
            Assert.Equal(all[index], back[index]);
        }
    }

    [Fact]
    public void Rounding_is_to_the_nearest_and_nothing_finite_becomes_infinite()
    {
        var random = new RandomSource(3).Stream("bits");
        var values = new float[100_003];
        for (var index = 0; index < values.Length; index++) values[index] = BitConverter.Int32BitsToSingle((int)random.NextUInt32());
        float[] edges =
        [
            0, -0f, 1, -1, 65504, 65519, 65520, 1e10f, float.MaxValue, -float.MaxValue, float.Epsilon, 5.9604645e-8f, 2.9802322e-8f,
            2.98023242e-8f, 6.1035156e-5f, 6.1e-5f, 3.3895314e38f, 3.3961776e38f,
        ];
        edges.CopyTo(values, 0);
        var (half, brain) = (new ushort[values.Length], new ushort[values.Length]);
        HalfPrecision.Narrow(FloatFormat.Fp16, values, 1, half);
        HalfPrecision.Narrow(FloatFormat.Bf16, values, 1, brain);
        var wide = new float[values.Length];
        HalfPrecision.Widen(FloatFormat.Bf16, brain, 1, wide);
        for (var index = 0; index < values.Length; index++)
        {
            var (value, narrowed) = (values[index], BitConverter.UInt16BitsToHalf(half[index]));
            if (float.IsNaN(value))
            {
                Assert.True(Half.IsNaN(narrowed) && float.IsNaN(wide[index]));
                continue;
            }
            var expected = (Half)value;
            if (Half.IsInfinity(expected) && float.IsFinite(value)) expected = value < 0 ? Half.MinValue : Half.MaxValue;
            Assert.True(BitConverter.HalfToUInt16Bits(expected) == half[index], $"{value:R}: {expected} and {narrowed}");
            Assert.Equal(float.IsFinite(value), float.IsFinite(wide[index]));
            if (!float.IsFinite(value)) continue;
            // Half of bfloat16's last place, which is 2^-7 of the leading one; at its largest number it stops.
            var place = Math.ScaleB(1, Math.Max(Math.ILogB(value), -126) - 7);
            var tolerance = Math.Abs(value) > 3.38e38 ? place : place / 2;
            Assert.True(Math.Abs((double)wide[index] - value) <= tolerance, $"{value:R} became {wide[index]:R}");
            var isTie = (BitConverter.SingleToInt32Bits(value) & 0xFFFF) == 0x8000;
            if (isTie && Math.Abs(value) < 3.38e38) Assert.Equal(0, brain[index] & 1);
        }
    }

    [Fact]
    public void The_scale_brings_the_largest_value_into_the_upper_half_of_the_range_and_changes_no_bit()
    {
        foreach (var largest in (float[])[1, 3e-9f, 1e-30f, 7e4f, 3e38f, 0.99f])
        {
            float[] values = [largest, -largest / 3, largest * 1e-4f, 0];
            var scale = HalfPrecision.Scale(FloatFormat.Fp16, values);
            Assert.InRange(largest * scale, 1 << 14, (1 << 15) - 1e-3f);
            Assert.Equal(0, BitConverter.SingleToInt32Bits(scale) & 0x7F_FFFF);
            var rounded = new ushort[values.Length];
            HalfPrecision.Narrow(FloatFormat.Fp16, values, scale, rounded);
            var back = new float[values.Length];
            HalfPrecision.Widen(FloatFormat.Fp16, rounded, scale, back);
            for (var index = 0; index < values.Length; index++)
                Assert.InRange(back[index], values[index] - Math.Abs(values[index]) / 2048, values[index] + Math.Abs(values[index]) / 2048);
        }
        Assert.Equal(1, HalfPrecision.Scale(FloatFormat.Bf16, [1e-30f]));
        Assert.Equal(1, HalfPrecision.Scale(FloatFormat.Fp16, [0, 0]));
        Assert.Equal(1, HalfPrecision.Scale(FloatFormat.Fp16, [1, float.NaN]));
        Assert.Equal(1, HalfPrecision.Scale(FloatFormat.Fp16, []));
    }

    // Whoever rounds keeps what that took away, and whoever sends rounds again: the second time must find the first one's scale.
    [Theory]
    [InlineData(FloatFormat.Bf16)]
    [InlineData(FloatFormat.Fp16)]
    public void Numbers_that_were_rounded_are_not_changed_by_rounding_them_again(FloatFormat format)
    {
        var any = Gen.UInt.Uniform.Select(BitConverter.UInt32BitsToSingle).Where(float.IsFinite);
        (from exponent in Gen.Int[-149, 127]
         from spread in Gen.OneOf(0, 3, 20, 45)
         from near in (from mantissa in Gen.OneOf(
                           Gen.Double[-2, 2], Gen.Double[1.9990, 2], Gen.Double[-2, -1.9990], Gen.OneOf(0.0, -0.0, 1, -1))
                       from below in Gen.Int[0, spread]
                       select (float)Math.Clamp(Math.ScaleB(mantissa, exponent - below), -float.MaxValue, float.MaxValue)).Array[1, 40]
         from others in any.Array[0, 3]
         from mix in Gen.Int[0, 3]
         select mix == 0 ? (float[])[.. near, .. others] : near).ForAll(20_000, values =>
        {
            var once = Rounded(values, out var scale);
            var twice = Rounded(once, out var second);
            Assert.All(once, value => Assert.True(float.IsFinite(value)));
            if (once.Any(value => value != 0)) Assert.Equal(scale, second);
            for (var index = 0; index < values.Length; index++)
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(once[index]), BitConverter.SingleToInt32Bits(twice[index]));
                Assert.Equal(float.IsNegative(values[index]), float.IsNegative(once[index]));
            }
        });

        float[] Rounded(float[] source, out float scale)
        {
            scale = HalfPrecision.Scale(format, source);
            var (rounded, back) = (new ushort[source.Length], new float[source.Length]);
            HalfPrecision.Narrow(format, source, scale, rounded);
            HalfPrecision.Widen(format, rounded, scale, back);
            return back;
        }
    }

    // Every number next to a power of two, and next to the end of the numbers of 32 bits.
    [Fact]
    public void Next_to_a_power_of_two_the_scale_is_that_of_the_rounded_number()
    {
        for (var exponent = -126; exponent <= 128; exponent++)
            for (var below = 0; below < 20_000; below += below < 20 ? 1 : 97)
            {
                var value = BitConverter.Int32BitsToSingle(((exponent + 127) << 23) - 1 - below);
                if (!float.IsFinite(value) || value == 0) continue;
                var scale = HalfPrecision.Scale(FloatFormat.Fp16, [value]);
                var rounded = new ushort[1];
                HalfPrecision.Narrow(FloatFormat.Fp16, [value], scale, rounded);
                var back = new float[1];
                HalfPrecision.Widen(FloatFormat.Fp16, rounded, scale, back);
                Assert.Equal(scale, HalfPrecision.Scale(FloatFormat.Fp16, back));
                Assert.InRange(Math.Abs(back[0] - value), 0, value / 2000);
            }
    }

    [Fact]
    public void Any_length_is_done_and_nothing_beside_it_is_touched()
    {
        for (var length = 0; length <= 70; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(index => index - 20.5f)];
            var rounded = new ushort[length + 2];
            rounded.AsSpan().Fill(0xABCD);
            HalfPrecision.Narrow(FloatFormat.Fp16, values, 1, rounded.AsSpan(1, length));
            Assert.Equal(0xABCD, rounded[0]);
            Assert.Equal(0xABCD, rounded[^1]);
            var back = new float[length + 2];
            HalfPrecision.Widen(FloatFormat.Fp16, rounded.AsSpan(1, length), 1, back.AsSpan(1, length));
            Assert.Equal([0, .. values, 0], back);
            Assert.Equal(values.Select(Math.Abs).DefaultIfEmpty().Max(), HalfPrecision.LargestMagnitude(values));
        }
    }
}
