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
        var threshold = Vector512.Create((byte)dropout.Threshold);
        var layer = Vector512.Create((ulong)dropout.Layer);
        var lanes = Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        var low = Vector512.Create((ulong)uint.MaxValue);
        for (long neuron = first; neuron < end; neuron += Vector512<ulong>.Count)
        {
            var count = (int)Math.Min(Vector512<ulong>.Count, end - neuron);
            var target = kept.Row(neuron);
            for (var block = 0; block < blocks; block++)
            {
                var (x0, x1) = (Vector512.Create((ulong)block), Vector512.Create((ulong)neuron) + lanes);
                var (x2, x3) = (layer, Vector512<ulong>.Zero);
                philox.Encrypt(ref x0, ref x1, ref x2, ref x3);
                // Of every neuron eight bytes in its element, so that the mask of a comparison has a byte for each neuron.
                var first8 = Vector512.GreaterThanOrEqual(((x0 & low) | (x1 << 32)).AsByte(), threshold).ExtractMostSignificantBits();
                if (kept.Stride == 1)
                {
                    for (var lane = 0; lane < count; lane++, first8 >>= 8) target[lane] = (byte)first8;
                    continue;
                }
                var last8 = Vector512.GreaterThanOrEqual(((x2 & low) | (x3 << 32)).AsByte(), threshold).ExtractMostSignificantBits();
                for (var lane = 0; lane < count; lane++, first8 >>= 8, last8 >>= 8)
                    *(ushort*)(target + lane * (long)kept.Stride + 2 * block) = (ushort)((byte)first8 | (uint)(byte)last8 << 8);
            }
        }
    }
}
