using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector256<float>;

namespace ActorSparse.Model.Kernels;

/// <summary>Vectors of 256 bits.</summary>
internal readonly unsafe struct Isa256 : IVectorIsa<Vector>
{
    public static bool IsSupported => Vector256.IsHardwareAccelerated && Avx.IsSupported;

    public static int Count => Vector.Count;

    public static int Registers => 16;

    public static Vector Zero => Vector.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector vector) => Vector256.Store(vector, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Create(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Add(Vector left, Vector right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Subtract(Vector left, Vector right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Multiply(Vector left, Vector right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Divide(Vector left, Vector right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector MultiplyAdd(Vector left, Vector right, Vector addend) => Vector256.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Max(Vector left, Vector right) => Vector256.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Sqrt(Vector vector) => Vector256.Sqrt(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector FlushSubnormal(Vector vector) => Vector256.ConditionalSelect(
        Vector256.LessThan(Vector256.Abs(vector), Vector256.Create(IsaScalar.SmallestNormal)), Vector.Zero, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Exp(Vector vector) => Vector256.Exp(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector PowerOfTwo(Vector whole) =>
        ((Vector256.ConvertToInt32Native(whole) + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Halve(Vector low, Vector high)
    {
        // Half of the last place that stays, and one less where that place is even: ties go to even.
        var bits = low.AsUInt32();
        var lower = (bits + Vector256.Create(0x7FFFu) + (bits >> 16 & Vector256.Create(1u))) >> 16;
        // The upper half with which the whole word is nearest to the sample.
        var magnitude = Vector256.Max(high.AsUInt32() & Vector256.Create(0x7FFF_FFFFu), Vector256.Create(0x2001_0000u));
        var upper = magnitude - lower + Vector256.Create(0x8000u) & Vector256.Create(0xFFFF_0000u);
        return (high.AsUInt32() & Vector256.Create(0x8000_0000u) | upper | lower).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LowHalf(Vector words) => (words.AsUInt32() << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector vector) => (uint)Vector256.GreaterThan(vector, Vector.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Select(uint bits, Vector set, Vector clear)
    {
        var own = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.ConditionalSelect(Vector256.Equals(Vector256.Create(bits) & own, own).AsSingle(), set, clear);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector a, Vector b, Vector c, Vector d)
    {
        var sums = Quads(Pairs(a, b), Pairs(c, d));
        return sums.GetLower() + sums.GetUpper();
    }

    // In every 128 bits: a0 + a2, b0 + b2, a1 + a3, b1 + b3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector Pairs(Vector a, Vector b) => Avx.UnpackLow(a, b) + Avx.UnpackHigh(a, b);

    // In every 128 bits the sums of a, b, c and d, from pairs of a and b and pairs of c and d.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector Quads(Vector ab, Vector cd)
    {
        var (left, right) = (ab.AsDouble(), cd.AsDouble());
        return Avx.UnpackLow(left, right).AsSingle() + Avx.UnpackHigh(left, right).AsSingle();
    }
}
