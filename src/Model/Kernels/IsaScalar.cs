using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Kernels;

/// <summary>"Vectors" of one float: the scalar form of loops that are written for vectors.</summary>
internal readonly unsafe struct IsaScalar : IVectorIsa<float>
{
    /// <summary>2^-126: what is smaller has fewer digits.</summary>
    internal const float SmallestNormal = 1.17549435e-38f;

    public static bool IsSupported => true;

    public static int Count => 1;

    public static int Registers => 16;

    public static float Zero => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, float vector) => *target = vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Create(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float left, float right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) => float.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float left, float right) => MathF.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float vector) => MathF.Sqrt(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float FlushSubnormal(float vector) => MathF.Abs(vector) < SmallestNormal ? 0 : vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float vector) => MathF.Exp(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float PowerOfTwo(float whole) => BitConverter.Int32BitsToSingle(((int)whole + 127) << 23);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(float a, float b, float c, float d) => Vector128.Create(a, b, c, d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(float vector) => vector > 0 ? 1u : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Select(uint bits, float set, float clear) => (bits & 1) != 0 ? set : clear;

    public static float Halve(float low, float high) => throw new NotSupportedException();

    public static float LowHalf(float words) => throw new NotSupportedException();
}
