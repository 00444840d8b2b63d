using System.Globalization;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Sparse;

/// <summary>
/// Erdos-Renyi topologies: every connection exists independently with probability
/// p = min(1, epsilon * (n_in + n_out) / (n_in * n_out)) (wasap specification, section 1).
/// </summary>
internal static unsafe class ErdosRenyi
{
    /// <summary>The probability p that a connection of a layer exists.</summary>
    public static double ConnectionProbability(int inputCount, int outputCount, double epsilon) =>
        Math.Min(1, epsilon * ((double)inputCount + outputCount) / ((double)inputCount * outputCount));

    /// <summary>The expected number of connections of a layer.</summary>
    public static double ExpectedConnections(int inputCount, int outputCount, double epsilon) =>
        ConnectionProbability(inputCount, outputCount, epsilon) * inputCount * outputCount;

    /// <summary>
    /// Draws a topology in time and memory proportional to its connections and rows: the gaps between the connections of the n_in * n_out
    /// positions, read row by row, are geometrically distributed. Deterministic in the stream.
    /// </summary>
    /// <exception cref="InvalidInputException">The layer would have more than 2^31-1 connections, or epsilon is not positive.</exception>
    public static Topology Sample(int inputCount, int outputCount, double epsilon, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputCount);
        ArgumentNullException.ThrowIfNull(random);
        CheckConnectionCount(inputCount, outputCount, epsilon);
        var probability = ConnectionProbability(inputCount, outputCount, epsilon);
        return probability >= 1 ? Full(inputCount, outputCount) : SampleGaps(inputCount, outputCount, probability, random);
    }

    /// <summary>Refuses an epsilon or a shape that no layer can have.</summary>
    /// <exception cref="InvalidInputException">The layer would have more than 2^31-1 connections, or epsilon is not positive.</exception>
    public static void CheckConnectionCount(int inputCount, int outputCount, double epsilon)
    {
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"epsilon {epsilon}: expected a positive number"));
        var expected = ExpectedConnections(inputCount, outputCount, epsilon);
        if (Reserve(expected, ConnectionProbability(inputCount, outputCount, epsilon)) > int.MaxValue)
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"layer {inputCount}-{outputCount}, epsilon {epsilon}: about {expected:0} connections; expected at most {int.MaxValue}"));
    }

    private static Topology Full(int inputCount, int outputCount)
    {
        var rowStarts = new NativeBuffer<int>(outputCount + 1L, zeroed: false);
        var columns = new NativeBuffer<int>((long)inputCount * outputCount, zeroed: false);
        for (long row = 0; row <= outputCount; row++) rowStarts[row] = (int)(row * inputCount);
        for (long row = 0; row < outputCount; row++)
            for (var column = 0; column < inputCount; column++)
                columns[row * inputCount + column] = column;
        return new Topology(inputCount, outputCount, rowStarts, columns);
    }

    private static Topology SampleGaps(int inputCount, int outputCount, double probability, RandomStream random)
    {
        var logOfMissing = LogOnePlus(-probability);
        var rowStarts = new NativeBuffer<int>(outputCount + 1L, zeroed: false);
        var columns = new NativeBuffer<int>(Reserve(probability * inputCount * outputCount, probability), zeroed: false);
        int* starts = rowStarts.Pointer, to = columns.Pointer;
        long row = 0, column = -1, count = 0;
        starts[0] = 0;
        while (true)
        {
            var gap = Math.Log(1 - random.NextDouble()) / logOfMissing;
            column += 1 + (gap < LargestGap ? (long)gap : (long)LargestGap);
            if (column >= inputCount)
            {
                var (rowsPassed, rest) = Math.DivRem(column, inputCount);
                var next = Math.Min(row + rowsPassed, outputCount);
                while (row < next) starts[++row] = (int)count;
                if (row == outputCount) break;
                column = rest;
            }
            if (count == columns.Length) columns = Resize(columns, count, checked(count + count / 8 + 1024));
            columns[count++] = (int)column;
        }
        return new Topology(inputCount, outputCount, rowStarts, Resize(columns, count, count));
    }

    // More than any layer has positions, and far enough from 2^63 for sums.
    private const double LargestGap = 1L << 62;

    // Six deviations above the mean: the buffer is almost never too small.
    private static long Reserve(double expected, double probability) =>
        (long)Math.Min(expected + (probability < 1 ? 6 * Math.Sqrt(expected) + 64 : 0), long.MaxValue / 2);

    private static NativeBuffer<int> Resize(NativeBuffer<int> buffer, long used, long length)
    {
        if (length == buffer.Length) return buffer;
        var resized = new NativeBuffer<int>(length, zeroed: false);
        Buffer.MemoryCopy(buffer.Pointer, resized.Pointer, resized.Bytes, used * sizeof(int));
        buffer.Dispose();
        return resized;
    }

    // log(1 + x) to full precision for small x, where 1 + x has lost digits that the quotient puts back (Kahan).
    private static double LogOnePlus(double x)
    {
        var rounded = 1 + x;
        return rounded == 1 ? x : Math.Log(rounded) * x / (rounded - 1);
    }
}
