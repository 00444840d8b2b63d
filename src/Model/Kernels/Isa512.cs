using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace ActorSparse.Model.Kernels;

/// <summary>Vectors of 512 bits.</summary>
internal readonly unsafe struct Isa512 : IVectorIsa<Vector>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static int Count => Vector.Count;

    public static int Registers => 32;

    public static Vector Zero => Vector.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector vector) => Vector512.Store(vector, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Create(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Add(Vector left, Vector right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Subtract(Vector left, Vector right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Multiply(Vector left, Vector right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Divide(Vector left, Vector right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector MultiplyAdd(Vector left, Vector right, Vector addend) => Vector512.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Max(Vector left, Vector right) => Vector512.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Sqrt(Vector vector) => Vector512.Sqrt(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector FlushSubnormal(Vector vector) => Vector512.ConditionalSelect(
        Vector512.LessThan(Vector512.Abs(vector), Vector512.Create(IsaScalar.SmallestNormal)), Vector.Zero, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Exp(Vector vector) => Vector512.Exp(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector PowerOfTwo(Vector whole) =>
        ((Vector512.ConvertToInt32Native(whole) + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Halve(Vector low, Vector high)
    {
        // Half of the last place that stays, and one less where that place is even: ties go to even.
        var bits = low.AsUInt32();
        var lower = (bits + Vector512.Create(0x7FFFu) + (bits >> 16 & Vector512.Create(1u))) >> 16;
        // The upper half with which the whole word is nearest to the sample.
        var magnitude = Vector512.Max(high.AsUInt32() & Vector512.Create(0x7FFF_FFFFu), Vector512.Create(0x2001_0000u));
        var upper = magnitude - lower + Vector512.Create(0x8000u) & Vector512.Create(0xFFFF_0000u);
        return (high.AsUInt32() & Vector512.Create(0x8000_0000u) | upper | lower).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LowHalf(Vector words) => (words.AsUInt32() << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector vector) => (uint)Vector512.GreaterThan(vector, Vector.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Select(uint bits, Vector set, Vector clear)
    {
        var own = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return Vector512.ConditionalSelect(Vector512.Equals(Vector512.Create(bits) & own, own).AsSingle(), set, clear);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector a, Vector b, Vector c, Vector d)
    {
        var sums = Quads(Pairs(a, b), Pairs(c, d));
        var half = sums.GetLower() + sums.GetUpper();
        return half.GetLower() + half.GetUpper();
    }

    // In every 128 bits: a0 + a2, b0 + b2, a1 + a3, b1 + b3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector Pairs(Vector a, Vector b) => Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);

    // In every 128 bits the sums of a, b, c and d, from pairs of a and b and pairs of c and d.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector Quads(Vector ab, Vector cd)
    {
        var (left, right) = (ab.AsDouble(), cd.AsDouble());
        return Avx512F.UnpackLow(left, right).AsSingle() + Avx512F.UnpackHigh(left, right).AsSingle();
    }
}
