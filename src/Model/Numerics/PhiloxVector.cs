using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ActorSparse.Model.Numerics;

/// <summary>
/// Eight blocks of <see cref="Philox"/> at once. A word sits in the low half of its 64-bit element; the upper half is whatever the last
/// multiplication left there, which the next one ignores.
/// </summary>
internal readonly struct PhiloxVector(ulong key)
{
    private readonly uint _key0 = (uint)key, _key1 = (uint)(key >> 32);

    /// <summary>Replaces the counters by their random words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Encrypt(ref Vector512<ulong> x0, ref Vector512<ulong> x1, ref Vector512<ulong> x2, ref Vector512<ulong> x3)
    {
        var (multiplier0, multiplier1) = (Vector512.Create((ulong)Philox.Multiplier0), Vector512.Create((ulong)Philox.Multiplier1));
        var (k0, k1) = (_key0, _key1);
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = MultiplyLow(x0, multiplier0);
            var product1 = MultiplyLow(x2, multiplier1);
            x0 = (product1 >>> 32) ^ x1 ^ Vector512.Create((ulong)k0);
            x2 = (product0 >>> 32) ^ x3 ^ Vector512.Create((ulong)k1);
            x1 = product1;
            x3 = product0;
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }
    }

    // 32 x 32 to 64 bits in every element.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> MultiplyLow(Vector512<ulong> left, Vector512<ulong> right)
    {
        if (Avx512F.IsSupported) return Avx512F.Multiply(left.AsUInt32(), right.AsUInt32());
        if (Avx2.IsSupported)
        {
            return Vector512.Create(
                Avx2.Multiply(left.GetLower().AsUInt32(), right.GetLower().AsUInt32()),
                Avx2.Multiply(left.GetUpper().AsUInt32(), right.GetUpper().AsUInt32()));
        }
        return (left & Vector512.Create((ulong)uint.MaxValue)) * right;
    }
}
