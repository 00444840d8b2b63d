using System.Numerics;
using System.Runtime.InteropServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Numerics;

public sealed class ExponentPackingTests
{
    // Bits of any kind; magnitudes over a few binades; few binades with zeros and outliers; and nothing but special numbers.
    private static readonly Gen<uint[]> s_numbers =
        from number in Gen.OneOf<Gen<uint>>(
            Gen.UInt.Uniform,
            Gen.Float[-4, 4].Select(BitConverter.SingleToUInt32Bits),
            Gen.Float[-4, 4].Select(number => Bits(Math.ScaleB(number, -130))),
            Gen.Frequency(
                (1, Gen.OneOf(0u, 0x8000_0000u)), (1, Gen.Float[-1, 1].Select(number => Bits(number * 1e-20))),
                (18, Gen.Float[1, 4].Select(BitConverter.SingleToUInt32Bits))),
            Gen.OneOf(Gen.OneOf(0u, 0x7F80_0000u, 0xFFC0_1234u), Gen.UInt.Uniform.Select(bits => bits & 0x807F_FFFFu)))
        from numbers in number.Array[Gen.Frequency((19, Gen.Int[0, 69]), (1, Gen.OneOf(1000, 4095, ExponentPacking.BlockLength)))]
        select numbers;

    private static readonly int[] Lengths = [.. Enumerable.Range(0, 70), 1000, 4095, ExponentPacking.BlockLength];

    public static TheoryData<FloatFormat> Formats => [FloatFormat.Full, FloatFormat.Bf16, FloatFormat.Fp16];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_bit_comes_back_whatever_the_numbers_are(FloatFormat format) =>
        s_numbers.ForAll(1000, numbers =>
        {
            var next = 0;
            Check(format, numbers.Length, () => numbers[next++]);
        });

    [Fact]
    public void Every_number_of_16_bits_comes_back()
    {
        foreach (var format in (FloatFormat[])[FloatFormat.Bf16, FloatFormat.Fp16])
        {
            for (var first = 0; first < 1 << 16; first += 64)
            {
                ushort[] numbers = [.. Enumerable.Range(first, 64).Select(number => (ushort)number)];
                RoundTrip<ushort>(format, numbers);
            }
        }
    }

    [Theory]
    [InlineData(FloatFormat.Full, 3.51)]
    [InlineData(FloatFormat.Bf16, 1.51)]
    [InlineData(FloatFormat.Fp16, 1.88)]
    public void Numbers_of_one_scale_take_four_bits_for_the_exponent_zeros_among_them(FloatFormat format, double bytesEach)
    {
        var random = new RandomSource(4).Stream("packing");
        var count = ExponentPacking.BlockLength;
        var bytes = Check(format, count, () => random.NextInt32(3) == 0 ? 0 : Bits(random.NextGaussian() * 1e-4));
        Assert.InRange(bytes, 0, count * bytesEach);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void No_block_becomes_larger(FloatFormat format)
    {
        var random = new RandomSource(5).Stream("packing");
        foreach (var length in Lengths)
            Assert.InRange(Check(format, length, () => random.NextUInt32()), 0, length * (format == FloatFormat.Full ? 4 : 2));
    }

    [Fact]
    public void The_layout_is_as_documented()
    {
        // 1.5 and -1 have the largest exponent, 127, so that the base is 113; 2^-20 has no code.
        float[] numbers = [1.5f, -1, 0.25f, 0, MathF.ScaleB(1, -20), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        var packed = new byte[64];
        var length = ExponentPacking.Pack<uint>(FloatFormat.Full, MemoryMarshal.Cast<float, uint>(numbers), packed);
        Assert.Equal(1 + 16 * 28 / 8 + 1, length);
        Assert.Equal(113, packed[0]);
        Assert.Equal(107, packed[length - 1]);
        var bits = new BigInteger(packed.AsSpan(1, 16 * 28 / 8), isUnsigned: true);
        uint[] expected = [14 << 23 | 1 << 22, 1 << 27 | 14 << 23, 12 << 23, 0, 15 << 23, 14 << 23];
        for (var index = 0; index < expected.Length; index++)
            Assert.Equal(expected[index], (uint)((bits >> (28 * index)) & ((1 << 28) - 1)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_no_block_is_refused(FloatFormat format)
    {
        if (format == FloatFormat.Full) Refuse<uint>(format, 241);
        else Refuse<ushort>(format, format == FloatFormat.Bf16 ? 241 : 17);
    }

    private static void Refuse<T>(FloatFormat format, int startMax) where T : unmanaged, IBinaryInteger<T>
    {
        const int Count = 100;
        var random = new RandomSource(6).Stream("packing");
        var drawn = 0;
        var numbers = Numbers<T>(format, Count, () => Bits(drawn++ is 7 or 60 ? 0.01 : 4096 * (3 + random.NextDouble())));
        var packed = new byte[MemoryMarshal.AsBytes(numbers.AsSpan()).Length];
        packed = packed[..ExponentPacking.Pack<T>(format, numbers, packed)];
        Assert.True(Unpacks(packed));
        for (var length = 0; length < packed.Length; length++) Assert.False(Unpacks(packed[..length]));
        Assert.False(Unpacks([.. packed, 0]));
        Assert.False(Unpacks([(byte)(startMax + 1), .. packed[1..]]));
        Assert.True(Unpacks([(byte)startMax, .. packed[1..]]));
        if (format == FloatFormat.Fp16) Assert.False(Unpacks([.. packed[..^1], 32]));
        // Whatever else it is, it is read or refused.
        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            var damaged = packed.ToArray();
            for (var change = random.NextInt32(3); change >= 0; change--) damaged[random.NextInt32(damaged.Length)] = (byte)random.NextUInt32();
            Unpacks(damaged);
        }

        bool Unpacks(byte[] source) => ExponentPacking.TryUnpack(format, source, new T[Count].AsSpan());
    }

    private static int Check(FloatFormat format, int length, Func<uint> draw) => format == FloatFormat.Full
        ? RoundTrip<uint>(format, Numbers<uint>(format, length, draw))
        : RoundTrip<ushort>(format, Numbers<ushort>(format, length, draw));

    // Bits of a number of 32 bits, in 32 bits or rounded to 16.
    private static T[] Numbers<T>(FloatFormat format, int length, Func<uint> draw) where T : unmanaged, IBinaryInteger<T>
    {
        uint[] bits = [.. Enumerable.Range(0, length).Select(_ => draw())];
        if (format == FloatFormat.Full) return [.. bits.Select(T.CreateTruncating)];
        var rounded = new ushort[length];
        HalfPrecision.Narrow(format, MemoryMarshal.Cast<uint, float>(bits), 1, rounded);
        return [.. rounded.Select(T.CreateTruncating)];
    }

    private static int RoundTrip<T>(FloatFormat format, ReadOnlySpan<T> numbers) where T : unmanaged, IBinaryInteger<T>
    {
        var target = new byte[MemoryMarshal.AsBytes(numbers).Length];
        var length = ExponentPacking.Pack(format, numbers, target);
        var read = new T[numbers.Length];
        Assert.True(ExponentPacking.TryUnpack(format, target.AsSpan(0, length), read.AsSpan()));
        Assert.Equal(numbers, read);
        return length;
    }

    private static uint Bits(double value) => BitConverter.SingleToUInt32Bits((float)value);
}
