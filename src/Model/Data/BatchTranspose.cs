using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ActorSparse.Model.Data;

/// <summary>
/// Turns samples, each contiguous in memory, into a neuron-major batch while standardising:
/// target[f * stride + s] = (rows[s][f] - means[f]) * scales[f].
/// Square tiles are transposed in registers, so that both sides are read and written in vectors.
/// </summary>
internal static unsafe class BatchTranspose
{
    /// <summary>
    /// Samples per call at most: one cache line of each, for all of them, stays in the first-level cache with what is written.
    /// </summary>
    internal const int RowsMax = 128;

    private const int ByteTile = 16;

    // Two lines of every row are under way.
    private const int LineBytes = 64, Ahead = 2 * LineBytes;

    private static bool HasZip => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Rows of bytes or floats. A tile is square and as wide as a vector, so that every row of it is one.</summary>
    internal static void Fill<T>(T** rows, int rowCount, int featureCount, float* means, float* scales, float* target, int stride)
        where T : unmanaged, INumberBase<T>
    {
        var tile = Vector128<T>.Count;
        var tiledRows = HasZip ? rowCount & -tile : 0;
        var tiledFeatures = HasZip ? featureCount & -tile : 0;
        for (var offset = 0; offset < Ahead; offset += LineBytes) Prefetch((void**)rows, rowCount, offset);
        for (var feature = 0; feature < tiledFeatures; feature += tile)
        {
            var offset = feature * sizeof(T);
            if (offset % LineBytes == 0) Prefetch((void**)rows, rowCount, offset + Ahead);
            for (var row = 0; row < tiledRows; row += tile)
                FillTile(rows + row, feature, means + feature, scales + feature, target + (long)feature * stride + row, stride);
        }
        for (var row = 0; row < rowCount; row++)
            for (var feature = row < tiledRows ? tiledFeatures : 0; feature < featureCount; feature++)
                target[(long)feature * stride + row] = (float.CreateTruncating(rows[row][feature]) - means[feature]) * scales[feature];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FillTile<T>(T** rows, int feature, float* means, float* scales, float* target, int stride)
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte)) FillByteTile((byte**)rows, feature, means, scales, target, stride);
        else FillFloatTile((float**)rows, feature, means, scales, target, stride);
    }

    // A transposition of four by four blocks, each of which is one of four by four bytes or more: both are the same shuffles.
    [SkipLocalsInit]
    private static void FillByteTile(byte** rows, int feature, float* means, float* scales, float* target, int stride)
    {
        // Element 4 k + i: features 4 k to 4 k + 3, of each the rows i, i + 4, i + 8 and i + 12.
        var quads = stackalloc Vector128<byte>[ByteTile];
        for (var row = 0; row < 4; row++)
            (quads[row], quads[row + 4], quads[row + 8], quads[row + 12]) = Interleave(
                Vector128.Load(rows[row] + feature), Vector128.Load(rows[row + 4] + feature),
                Vector128.Load(rows[row + 8] + feature), Vector128.Load(rows[row + 12] + feature));
        for (var index = 0; index < ByteTile; index += 4, target += 4L * stride)
        {
            var (first, second, third, fourth) = Interleave(quads[index], quads[index + 1], quads[index + 2], quads[index + 3]);
            Store(first, means[index], scales[index], target);
            Store(second, means[index + 1], scales[index + 1], target + stride);
            Store(third, means[index + 2], scales[index + 2], target + 2L * stride);
            Store(fourth, means[index + 3], scales[index + 3], target + 3L * stride);
        }
    }

    private static void FillFloatTile(float** rows, int feature, float* means, float* scales, float* target, int stride)
    {
        var (first, second, third, fourth) = Interleave(
            Vector128.Load(rows[0] + feature), Vector128.Load(rows[1] + feature),
            Vector128.Load(rows[2] + feature), Vector128.Load(rows[3] + feature));
        ((first - Vector128.Create(means[0])) * scales[0]).Store(target);
        ((second - Vector128.Create(means[1])) * scales[1]).Store(target + stride);
        ((third - Vector128.Create(means[2])) * scales[2]).Store(target + 2L * stride);
        ((fourth - Vector128.Create(means[3])) * scales[3]).Store(target + 3L * stride);
    }

    // All elements 0, then all elements 1, and so on, each time in the order of the vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<T> First, Vector128<T> Second, Vector128<T> Third, Vector128<T> Fourth) Interleave<T>(
        Vector128<T> row0, Vector128<T> row1, Vector128<T> row2, Vector128<T> row3)
    {
        Vector128<T> low02 = ZipLow(row0, row2), high02 = ZipHigh(row0, row2), low13 = ZipLow(row1, row3), high13 = ZipHigh(row1, row3);
        return (ZipLow(low02, low13), ZipHigh(low02, low13), ZipLow(high02, high13), ZipHigh(high02, high13));
    }

    // One feature of sixteen samples.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<byte> samples, float mean, float scale, float* target)
    {
        if (Avx512F.IsSupported)
        {
            ((Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(samples)) - Vector512.Create(mean)) * scale).Store(target);
            return;
        }
        var (lower, upper) = Vector128.Widen(samples);
        if (Avx2.IsSupported)
        {
            var (means, half) = (Vector256.Create(mean), Vector256<float>.Count);
            ((Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(lower)) - means) * scale).Store(target);
            ((Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(upper)) - means) * scale).Store(target + half);
            return;
        }
        StoreHalf(lower, mean, scale, target);
        StoreHalf(upper, mean, scale, target + ByteTile / 2);
    }

    private static void StoreHalf(Vector128<ushort> samples, float mean, float scale, float* target)
    {
        var (lower, upper) = Vector128.Widen(samples);
        var means = Vector128.Create(mean);
        ((ToFloat(lower) - means) * scale).Store(target);
        ((ToFloat(upper) - means) * scale).Store(target + Vector128<float>.Count);
    }

    // Samples are drawn at random, so that no line of theirs is in a cache, and there are too many rows for the processor to see a pattern.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void** rows, int count, int offset)
    {
        if (!Sse.IsSupported) return;
        for (var row = 0; row < count; row++) Sse.Prefetch0((byte*)rows[row] + offset);
    }

    // The signed conversion is one instruction; below 256 the sign does not matter.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ToFloat(Vector128<uint> values) => Vector128.ConvertToSingle(values.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> ZipLow<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(byte)
        ? (Sse2.IsSupported ? Sse2.UnpackLow(left.AsByte(), right.AsByte())
            : AdvSimd.Arm64.ZipLow(left.AsByte(), right.AsByte())).As<byte, T>()
        : (Sse.IsSupported ? Sse.UnpackLow(left.AsSingle(), right.AsSingle())
            : AdvSimd.Arm64.ZipLow(left.AsSingle(), right.AsSingle())).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> ZipHigh<T>(Vector128<T> left, Vector128<T> right) => typeof(T) == typeof(byte)
        ? (Sse2.IsSupported ? Sse2.UnpackHigh(left.AsByte(), right.AsByte())
            : AdvSimd.Arm64.ZipHigh(left.AsByte(), right.AsByte())).As<byte, T>()
        : (Sse.IsSupported ? Sse.UnpackHigh(left.AsSingle(), right.AsSingle())
            : AdvSimd.Arm64.ZipHigh(left.AsSingle(), right.AsSingle())).As<float, T>();
}
