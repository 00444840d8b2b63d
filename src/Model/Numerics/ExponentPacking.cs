using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// Numbers with a code of 4 bits for the exponent instead of 8 or 5, without loss: the parameters of a layer, and its gradients, lie within
/// a few binades. A number of 32 bits takes 28, bfloat16 12 of 16, binary16 15 of 16.
/// </summary>
/// <remarks>
/// A packed block is a byte, the base; then mantissa, code and sign of each number, lowest bits first; then the exponents that have no code,
/// a byte each, in their numbers' order. Code 0 is the exponent field 0 (zeros and subnormals); 1 to 14 are the base plus the code, which
/// reaches to the block's largest exponent; 15 says that the exponent has no code.
/// </remarks>
internal static unsafe class ExponentPacking
{
    /// <summary>Most numbers of a block.</summary>
    public const int BlockLength = 4096;

    private const int CodeBits = 4, CodeMax = 14, NoCode = 15;

    // Numbers are joined in groups of so many bytes, two words: a whole number of bytes in every format.
    private const int GroupBytes = 2 * sizeof(ulong);

    private interface IFormat
    {
        static abstract int Bits { get; }

        static abstract int MantissaBits { get; }
    }

    /// <summary>
    /// Packs a block of numbers, given as their bits: uint for 32, ushort for 16. A block that would not become smaller is written as it is,
    /// so that <paramref name="target"/> needs no more room than the numbers take.
    /// </summary>
    /// <returns>Number of bytes written.</returns>
    public static int Pack<T>(FloatFormat format, ReadOnlySpan<T> numbers, Span<byte> target) where T : unmanaged, IBinaryInteger<T> =>
        format switch
        {
            FloatFormat.Full => Packing<T, Full>.Pack(numbers, target),
            FloatFormat.Bf16 => Packing<T, Bf16>.Pack(numbers, target),
            FloatFormat.Fp16 => Packing<T, Fp16>.Pack(numbers, target),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "not a format of numbers"),
        };

    /// <summary>
    /// Reads a block of as many numbers as <paramref name="numbers"/> has from all of <paramref name="source"/>; false if that is no such
    /// block.
    /// </summary>
    public static bool TryUnpack<T>(FloatFormat format, ReadOnlySpan<byte> source, Span<T> numbers)
        where T : unmanaged, IBinaryInteger<T> =>
        format switch
        {
            FloatFormat.Full => Packing<T, Full>.TryUnpack(source, numbers),
            FloatFormat.Bf16 => Packing<T, Bf16>.TryUnpack(source, numbers),
            FloatFormat.Fp16 => Packing<T, Fp16>.TryUnpack(source, numbers),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "not a format of numbers"),
        };

    private readonly struct Full : IFormat
    {
        public static int Bits => 32;

        public static int MantissaBits => 23;
    }

    private readonly struct Bf16 : IFormat
    {
        public static int Bits => 16;

        public static int MantissaBits => 7;
    }

    private readonly struct Fp16 : IFormat
    {
        public static int Bits => 16;

        public static int MantissaBits => 10;
    }

    // Code of its own for each format, in which every shift and mask is a constant.
    private static class Packing<T, TFormat> where T : unmanaged, IBinaryInteger<T> where TFormat : struct, IFormat
    {
        // Bits of a packed number.
        private static int Width => TFormat.MantissaBits + (CodeBits + 1);

        private static int PackedGroupBytes => GroupBytes * Width / TFormat.Bits;

        private static int ExponentMax => (1 << (TFormat.Bits - 1 - TFormat.MantissaBits)) - 1;

        private static Vector256<T> Mantissa => Vector256.Create((T.One << TFormat.MantissaBits) - T.One);

        private static Vector256<T> Magnitude => Vector256.Create((T.One << (TFormat.Bits - 1)) - T.One);

        [SkipLocalsInit]
        public static int Pack(ReadOnlySpan<T> numbers, Span<byte> target)
        {
            Check(numbers.Length);
            var bytes = MemoryMarshal.AsBytes(numbers);
            var groups = (bytes.Length + GroupBytes - 1) / GroupBytes;
            var packedBytes = groups * PackedGroupBytes;
            var lanes = stackalloc T[BlockLength];
            var withoutCode = stackalloc byte[BlockLength];
            numbers.CopyTo(new Span<T>(lanes, BlockLength));
            // What a vector or a group holds beyond the numbers.
            new Span<T>(lanes + numbers.Length, Math.Min(Vector256<T>.Count, BlockLength - numbers.Length)).Clear();

            var start = Math.Max(0, LargestExponent(lanes, numbers.Length) - CodeMax);
            var withoutCodeCount = Encode(lanes, numbers.Length, start, withoutCode);
            var total = 1 + packedBytes + withoutCodeCount;
            if (total >= bytes.Length)
            {
                bytes.CopyTo(target);
                return bytes.Length;
            }
            Join((ulong*)lanes, groups);
            target[0] = (byte)start;
            new ReadOnlySpan<byte>(lanes, packedBytes).CopyTo(target[1..]);
            new ReadOnlySpan<byte>(withoutCode, withoutCodeCount).CopyTo(target[(1 + packedBytes)..]);
            return total;
        }

        [SkipLocalsInit]
        public static bool TryUnpack(ReadOnlySpan<byte> source, Span<T> numbers)
        {
            Check(numbers.Length);
            var bytes = MemoryMarshal.AsBytes(numbers);
            if (source.Length == bytes.Length)
            {
                source.CopyTo(bytes);
                return true;
            }
            var groups = (bytes.Length + GroupBytes - 1) / GroupBytes;
            var packedBytes = groups * PackedGroupBytes;
            if (source.Length > bytes.Length || source.Length < 1 + packedBytes || source[0] > ExponentMax - CodeMax) return false;
            var lanes = stackalloc T[BlockLength];
            source.Slice(1, packedBytes).CopyTo(new Span<byte>(lanes, BlockLength * sizeof(T)));
            Split((ulong*)lanes, groups);
            if (!TryDecode(lanes, numbers.Length, source[0], source[(1 + packedBytes)..])) return false;
            new ReadOnlySpan<T>(lanes, numbers.Length).CopyTo(numbers);
            return true;
        }

        private static void Check(int count)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BlockLength);
            if (8 * sizeof(T) != TFormat.Bits)
                throw new ArgumentException($"numbers of {8 * sizeof(T)} bits in a format of {TFormat.Bits}");
        }

        private static int LargestExponent(T* lanes, int count)
        {
            var magnitude = Magnitude;
            var largest = Vector256<T>.Zero;
            for (var index = 0; index < count; index += Vector256<T>.Count)
                largest = Vector256.Max(largest, Vector256.Load(lanes + index) & magnitude);
            var result = T.Zero;
            for (var lane = 0; lane < Vector256<T>.Count; lane++) result = T.Max(result, largest[lane]);
            return int.CreateTruncating(result >> TFormat.MantissaBits);
        }

        // Puts codes in the exponents' places; returns how many exponents have none, which are written to withoutCode.
        private static int Encode(T* lanes, int count, int start, byte* withoutCode)
        {
            var first = Vector256.Create(T.CreateTruncating(start + 1));
            var last = Vector256.Create(T.CreateTruncating(CodeMax));
            var none = Vector256.Create(T.CreateTruncating(NoCode));
            var mantissa = Mantissa;
            var magnitude = Magnitude;
            var found = 0;
            for (var index = 0; index < count; index += Vector256<T>.Count)
            {
                var lane = Vector256.Load(lanes + index);
                var exponent = (lane & magnitude) >>> TFormat.MantissaBits;
                // What is below the first wraps around, to the highest.
                var code = Vector256.Min(exponent - first, last) + Vector256<T>.One;
                code = Vector256.AndNot(code, Vector256.Equals(exponent, Vector256<T>.Zero));
                var sign = lane >>> (TFormat.Bits - 1);
                var coded = (lane & mantissa) | (code << TFormat.MantissaBits) | (sign << (Width - 1));
                coded.Store(lanes + index);
                for (var left = Vector256.Equals(code, none).ExtractMostSignificantBits(); left != 0; left &= left - 1)
                    withoutCode[found++] = byte.CreateTruncating(exponent[BitOperations.TrailingZeroCount(left)]);
            }
            return found;
        }

        private static bool TryDecode(T* lanes, int count, int start, ReadOnlySpan<byte> withoutCode)
        {
            var @base = Vector256.Create(T.CreateTruncating(start));
            var none = Vector256.Create(T.CreateTruncating(NoCode));
            var mantissa = Mantissa;
            var magnitude = Magnitude;
            var used = 0;
            for (var index = 0; index < count; index += Vector256<T>.Count)
            {
                var coded = Vector256.Load(lanes + index);
                var code = (coded >>> TFormat.MantissaBits) & none;
                var exponent = Vector256.AndNot(code + @base, Vector256.Equals(code, Vector256<T>.Zero));
                var sign = coded >>> (Width - 1);
                // Where there is no code, base and 15 may be more than there is room for.
                var unsigned = ((coded & mantissa) | (exponent << TFormat.MantissaBits)) & magnitude;
                (unsigned | (sign << (TFormat.Bits - 1))).Store(lanes + index);
                for (var left = Vector256.Equals(code, none).ExtractMostSignificantBits(); left != 0; left &= left - 1)
                {
                    var lane = index + BitOperations.TrailingZeroCount(left);
                    if (lane >= count) break; // What the vector holds beyond the numbers.
                    if (used == withoutCode.Length || withoutCode[used] > ExponentMax) return false;
                    var exponents = T.CreateTruncating(ExponentMax) << TFormat.MantissaBits;
                    lanes[lane] = (lanes[lane] & ~exponents) | (T.CreateTruncating(withoutCode[used++]) << TFormat.MantissaBits);
                }
            }
            return used == withoutCode.Length;
        }

        // Takes the bits between the lanes out, in place: a group is written no later than where it was read.
        private static void Join(ulong* words, int groups)
        {
            var wordBits = 64 / TFormat.Bits * Width;
            var stride = PackedGroupBytes;
            var target = (byte*)words;
            for (var group = 0; group < groups; group++)
            {
                var low = JoinWord(words[2 * group]);
                var high = JoinWord(words[2 * group + 1]);
                ((ulong*)target)[0] = low | (high << wordBits);
                ((ulong*)target)[1] = high >> (64 - wordBits);
                target += stride;
            }
        }

        // The reverse, from the last group on.
        private static void Split(ulong* words, int groups)
        {
            var wordBits = 64 / TFormat.Bits * Width;
            var mask = (1ul << wordBits) - 1;
            var stride = PackedGroupBytes;
            var source = (byte*)words + (long)groups * stride;
            for (var group = groups - 1; group >= 0; group--)
            {
                source -= stride;
                var low = ((ulong*)source)[0];
                var high = ((ulong*)source)[1];
                words[2 * group] = SplitWord(low & mask);
                words[2 * group + 1] = SplitWord(((low >> wordBits) | (high << (64 - wordBits))) & mask);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong JoinWord(ulong word)
        {
            var half = 32 / TFormat.Bits * Width;
            var lowHalf = (1ul << half) - 1;
            if (TFormat.Bits == 16)
            {
                var evenLanes = 0x0000_0001_0000_0001ul * ((1ul << Width) - 1);
                word = (word & evenLanes) | ((word >> (16 - Width)) & (evenLanes << Width));
            }
            return (word & lowHalf) | ((word >> (32 - half)) & (lowHalf << half));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong SplitWord(ulong word)
        {
            var half = 32 / TFormat.Bits * Width;
            var lowHalf = (1ul << half) - 1;
            word = (word & lowHalf) | ((word & (lowHalf << half)) << (32 - half));
            if (TFormat.Bits != 16) return word;
            var evenLanes = 0x0000_0001_0000_0001ul * ((1ul << Width) - 1);
            return (word & evenLanes) | ((word & (evenLanes << Width)) << (16 - Width));
        }
    }
}
