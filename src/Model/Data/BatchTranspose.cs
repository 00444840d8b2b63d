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

    private static bool HasZip => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Rows of bytes or floats. A tile is square and as wide as a vector, so that every row of it is one.</summary>
    internal static void Fill<T>(T** rows, int rowCount, int featureCount, float* means, float* scales, float* target, int stride)
        where T : unmanaged, INumberBase<T>
    {
        var tile = Vector128<T>.Count;
        var tiledRows = HasZip ? rowCount & -tile : 0;
        var tiledFeatures = HasZip ? featureCount & -tile : 0;
        for (var feature = 0; feature < tiledFeatures; feature += tile)
            for (var row = 0; row < tiledRows; row += tile)
                FillTile(rows + row, feature, means + feature, scales + feature, target + (long)feature * stride + row, stride);
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

    // Four perfect shuffles of sixteen vectors of sixteen bytes are a transposition.
    [SkipLocalsInit]
    private static void FillByteTile(byte** rows, int feature, float* means, float* scales, float* target, int stride)
    {
        var from = stackalloc Vector128<byte>[ByteTile];
        var to = stackalloc Vector128<byte>[ByteTile];
        for (var row = 0; row < ByteTile; row++) from[row] = Vector128.Load(rows[row] + feature);
        for (var width = ByteTile; width > 1; width >>= 1)
        {
            for (var pair = 0; pair < ByteTile / 2; pair++)
            {
                to[2 * pair] = ZipLow(from[pair], from[pair + ByteTile / 2]);
                to[2 * pair + 1] = ZipHigh(from[pair], from[pair + ByteTile / 2]);
            }
            var swap = from;
            from = to;
            to = swap;
        }
        for (var index = 0; index < ByteTile; index++, target += stride)
        {
            var (lower, upper) = Vector128.Widen(from[index]);
            var (first, second) = Vector128.Widen(lower);
            var (third, fourth) = Vector128.Widen(upper);
            Vector128<float> mean = Vector128.Create(means[index]), scale = Vector128.Create(scales[index]);
            ((ToFloat(first) - mean) * scale).Store(target);
            ((ToFloat(second) - mean) * scale).Store(target + 4);
            ((ToFloat(third) - mean) * scale).Store(target + 8);
            ((ToFloat(fourth) - mean) * scale).Store(target + 12);
        }
    }

    private static void FillFloatTile(float** rows, int feature, float* means, float* scales, float* target, int stride)
    {
        var row0 = Vector128.Load(rows[0] + feature);
        var row1 = Vector128.Load(rows[1] + feature);
        var row2 = Vector128.Load(rows[2] + feature);
        var row3 = Vector128.Load(rows[3] + feature);
        Vector128<float> low02 = ZipLow(row0, row2), high02 = ZipHigh(row0, row2), low13 = ZipLow(row1, row3), high13 = ZipHigh(row1, row3);
        ((ZipLow(low02, low13) - Vector128.Create(means[0])) * scales[0]).Store(target);
        ((ZipHigh(low02, low13) - Vector128.Create(means[1])) * scales[1]).Store(target + stride);
        ((ZipLow(high02, high13) - Vector128.Create(means[2])) * scales[2]).Store(target + 2L * stride);
        ((ZipHigh(high02, high13) - Vector128.Create(means[3])) * scales[3]).Store(target + 3L * stride);
    }

    // The signed conversion is one instruction; below 256 the sign does not matter.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ToFloat(Vector128<uint> values) => Vector128.ConvertToSingle(values.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ZipLow(Vector128<byte> left, Vector128<byte> right) =>
        Sse2.IsSupported ? Sse2.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ZipHigh(Vector128<byte> left, Vector128<byte> right) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> left, Vector128<float> right) =>
        Sse2.IsSupported ? Sse.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> left, Vector128<float> right) =>
        Sse2.IsSupported ? Sse.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);
}
