using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Kernels;

/// <summary>Computes <see cref="Dropout.KeptBits"/> for eight neurons at once.</summary>
internal static unsafe class DropoutMask
{
    /// <summary>
    /// Fills the bits of neurons <paramref name="first"/> to <paramref name="end"/> - 1 for <paramref name="batch"/> samples.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill(in Dropout dropout, BitPlane kept, int batch, int first, int end)
    {
        var blocks = (batch + Dropout.SamplesPerBlock - 1) / Dropout.SamplesPerBlock;
        var philox = new PhiloxVector(dropout.Key);
        var threshold = Vector512.Create((ulong)dropout.Threshold);
        var layer = Vector512.Create((ulong)dropout.Layer);
        var lanes = Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        var bytes = stackalloc ulong[Vector512<ulong>.Count];
        for (long neuron = first; neuron < end; neuron += Vector512<ulong>.Count)
        {
            var count = (int)Math.Min(Vector512<ulong>.Count, end - neuron);
            var target = kept.Row(neuron);
            for (var block = 0; block < blocks; block++)
            {
                var (x0, x1) = (Vector512.Create((ulong)block), Vector512.Create((ulong)neuron) + lanes);
                var (x2, x3) = (layer, Vector512<ulong>.Zero);
                philox.Encrypt(ref x0, ref x1, ref x2, ref x3);
                var dropped = Pair(x0, threshold) | (Pair(x1, threshold) << 2) | (Pair(x2, threshold) << 4) | (Pair(x3, threshold) << 6);
                Vector512.Store(~dropped, bytes);
                for (var lane = 0; lane < count; lane++) target[lane * (long)kept.Stride + block] = (byte)bytes[lane];
            }
        }
    }

    // Bit 0 and bit 1 tell whether the low and the high half-word are below the threshold: the sign of their difference.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Pair(Vector512<ulong> words, Vector512<ulong> threshold)
    {
        var halfWord = Vector512.Create(0xFFFFUL);
        var low = (words & halfWord) - threshold;
        var high = ((words >>> 16) & halfWord) - threshold;
        return (low >>> 63) | ((high >>> 63) << 1);
    }
}
