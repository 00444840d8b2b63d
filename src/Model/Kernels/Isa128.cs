using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector128<float>;

namespace ActorSparse.Model.Kernels;

/// <summary>Vectors of 128 bits.</summary>
internal readonly unsafe struct Isa128 : IVectorIsa<Vector>
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static int Count => Vector.Count;

    public static int Registers => 16;

    public static Vector Zero => Vector.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector vector) => Vector128.Store(vector, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Create(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Add(Vector left, Vector right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Subtract(Vector left, Vector right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Multiply(Vector left, Vector right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Divide(Vector left, Vector right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector MultiplyAdd(Vector left, Vector right, Vector addend) => Vector128.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Max(Vector left, Vector right) => Vector128.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Sqrt(Vector vector) => Vector128.Sqrt(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector FlushSubnormal(Vector vector) => Vector128.ConditionalSelect(
        Vector128.LessThan(Vector128.Abs(vector), Vector128.Create(IsaScalar.SmallestNormal)), Vector.Zero, vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Exp(Vector vector) => Vector128.Exp(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector PowerOfTwo(Vector whole) =>
        ((Vector128.ConvertToInt32Native(whole) + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Halve(Vector low, Vector high)
    {
        // Half of the last place that stays, and one less where that place is even: ties go to even.
        var bits = low.AsUInt32();
        var lower = (bits + Vector128.Create(0x7FFFu) + (bits >> 16 & Vector128.Create(1u))) >> 16;
        // The upper half with which the whole word is nearest to the sample.
        var magnitude = Vector128.Max(high.AsUInt32() & Vector128.Create(0x7FFF_FFFFu), Vector128.Create(0x2001_0000u));
        var upper = magnitude - lower + Vector128.Create(0x8000u) & Vector128.Create(0xFFFF_0000u);
        return (high.AsUInt32() & Vector128.Create(0x8000_0000u) | upper | lower).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LowHalf(Vector words) => (words.AsUInt32() << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector vector) => (uint)Vector128.GreaterThan(vector, Vector.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Select(uint bits, Vector set, Vector clear)
    {
        var own = Vector128.Create(1u, 2, 4, 8);
        return Vector128.ConditionalSelect(Vector128.Equals(Vector128.Create(bits) & own, own).AsSingle(), set, clear);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Sums(Vector a, Vector b, Vector c, Vector d)
    {
        if (!Sse2.IsSupported) return Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d));
        var left = (Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b)).AsDouble();
        var right = (Sse.UnpackLow(c, d) + Sse.UnpackHigh(c, d)).AsDouble();
        return Sse2.UnpackLow(left, right).AsSingle() + Sse2.UnpackHigh(left, right).AsSingle();
    }
}
