using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// As many fused multiply-adds as one core can do: the yardstick for kernels. Twelve independent chains of the widest vectors keep two
/// units with four cycles of latency busy, with registers to spare.
/// </summary>
internal static class FmaPeak
{
    /// <summary>Bits of the widest vector that this processor computes with.</summary>
    public static int VectorBits => Isa512.IsSupported ? 512 : Isa256.IsSupported ? 256 : 128;

    /// <summary>Does <paramref name="rounds"/> rounds and returns the number of floating-point operations that were done.</summary>
    public static double Run(int rounds) => VectorBits switch
    {
        512 => Run<Isa512, Vector512<float>>(rounds),
        256 => Run<Isa256, Vector256<float>>(rounds),
        _ => Run<Isa128, Vector128<float>>(rounds),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Run<TIsa, TVector>(int rounds)
        where TIsa : struct, IVectorIsa<TVector>
        where TVector : struct
    {
        var (factor, addend) = (TIsa.Create(0.999f), TIsa.Create(0.001f));
        TVector a = TIsa.Create(1), b = TIsa.Create(2), c = TIsa.Create(3), d = TIsa.Create(4), e = TIsa.Create(5), f = TIsa.Create(6);
        TVector g = TIsa.Create(7), h = TIsa.Create(8), i = TIsa.Create(9), j = TIsa.Create(10), k = TIsa.Create(11), l = TIsa.Create(12);
        for (var round = 0; round < rounds; round++)
        {
            a = TIsa.MultiplyAdd(a, factor, addend);
            b = TIsa.MultiplyAdd(b, factor, addend);
            c = TIsa.MultiplyAdd(c, factor, addend);
            d = TIsa.MultiplyAdd(d, factor, addend);
            e = TIsa.MultiplyAdd(e, factor, addend);
            f = TIsa.MultiplyAdd(f, factor, addend);
            g = TIsa.MultiplyAdd(g, factor, addend);
            h = TIsa.MultiplyAdd(h, factor, addend);
            i = TIsa.MultiplyAdd(i, factor, addend);
            j = TIsa.MultiplyAdd(j, factor, addend);
            k = TIsa.MultiplyAdd(k, factor, addend);
            l = TIsa.MultiplyAdd(l, factor, addend);
        }
        var sums = TIsa.Sums(
            TIsa.Add(TIsa.Add(a, b), c), TIsa.Add(TIsa.Add(d, e), f), TIsa.Add(TIsa.Add(g, h), i), TIsa.Add(TIsa.Add(j, k), l));
        // The sum is a number, always: reading it keeps the loop alive.
        return float.IsNaN(Vector128.Sum(sums)) ? 0 : 2.0 * 12 * TIsa.Count * rounds;
    }
}
