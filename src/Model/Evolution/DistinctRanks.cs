using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution;

/// <summary>Uniform samples without replacement.</summary>
internal static class DistinctRanks
{
    /// <summary>
    /// Fills <paramref name="ranks"/> with a uniformly random set of as many numbers out of 0 to <paramref name="population"/> - 1, ascending,
    /// in time and memory proportional to their number.
    /// </summary>
    public static void Draw(long population, Span<long> ranks, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranks.Length, population);
        if (ranks.Length <= population / 2) DrawSparse(population, ranks, random);
        else DrawDense(population, ranks, random);
    }

    // Repeated numbers are dropped and drawn anew. No number is treated unlike another, so that every set is equally likely.
    private static void DrawSparse(long population, Span<long> ranks, RandomStream random)
    {
        var shift = 0;
        while (population >> shift > ranks.Length) shift++;
        using var sorted = new NativeBuffer<long>(ranks.Length, zeroed: false);
        using var ends = new NativeBuffer<int>((population >> shift) + 1, zeroed: false);
        var distinct = 0;
        while (distinct < ranks.Length)
        {
            for (var index = distinct; index < ranks.Length; index++) ranks[index] = random.NextInt64(population);
            SortUniform(ranks, shift, ends.Span, sorted.Span);
            distinct = 0;
            foreach (var number in sorted.Span)
                if (distinct == 0 || number != ranks[distinct - 1]) ranks[distinct++] = number;
        }
    }

    // Numbers spread evenly over a known range fall into as many equal intervals as there are numbers, about one in each: linear time.
    private static void SortUniform(ReadOnlySpan<long> numbers, int shift, Span<int> ends, Span<long> sorted)
    {
        ends.Clear();
        foreach (var number in numbers) ends[(int)(number >> shift)]++;
        for (var interval = 1; interval < ends.Length; interval++) ends[interval] += ends[interval - 1];

        foreach (var number in numbers) sorted[--ends[(int)(number >> shift)]] = number;
        for (var index = 1; index < sorted.Length; index++)
        {
            var number = sorted[index];
            var hole = index;
            for (; hole > 0 && sorted[hole - 1] > number; hole--) sorted[hole] = sorted[hole - 1];
            sorted[hole] = number;
        }
    }

    // Draws what is left out.
    private static void DrawDense(long population, Span<long> ranks, RandomStream random)
    {
        using var excluded = new NativeBuffer<long>(population - ranks.Length, zeroed: false);
        DrawSparse(population, excluded.Span, random);
        long rank = 0;
        var used = 0;
        for (var index = 0; index < ranks.Length; rank++)
        {
            if (used < excluded.Length && excluded[used] == rank) used++;
            else ranks[index++] = rank;
        }
    }
}
