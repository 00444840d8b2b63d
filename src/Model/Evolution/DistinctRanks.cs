using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution;

/// <summary>Uniform samples without replacement.</summary>
internal static class DistinctRanks
{
    /// <summary>
    /// A uniformly random set of <paramref name="count"/> numbers out of 0 to <paramref name="population"/> - 1, ascending, in time and
    /// memory proportional to <paramref name="count"/>.
    /// </summary>
    public static long[] Draw(long population, int count, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, population);
        return count <= population / 2 ? DrawSparse(population, count, random) : Complement(population, count, random);
    }

    // Repeated numbers are dropped and drawn anew. No number is treated unlike another, so that every set is equally likely.
    private static long[] DrawSparse(long population, int count, RandomStream random)
    {
        var ranks = new long[count];
        var distinct = 0;
        while (distinct < count)
        {
            for (var index = distinct; index < count; index++) ranks[index] = random.NextInt64(population);
            ranks = SortUniform(ranks, population);
            distinct = 1;
            for (var index = 1; index < count; index++)
                if (ranks[index] != ranks[distinct - 1]) ranks[distinct++] = ranks[index];
        }
        return ranks;
    }

    // Numbers spread evenly over a known range fall into as many equal intervals as there are numbers, about one in each: linear time.
    private static long[] SortUniform(long[] numbers, long population)
    {
        var shift = 0;
        while (population >> shift > numbers.Length) shift++;
        var ends = new int[(population >> shift) + 1];
        foreach (var number in numbers) ends[number >> shift]++;
        for (var interval = 1; interval < ends.Length; interval++) ends[interval] += ends[interval - 1];

        var sorted = new long[numbers.Length];
        foreach (var number in numbers) sorted[--ends[number >> shift]] = number;
        for (var index = 1; index < sorted.Length; index++)
        {
            var number = sorted[index];
            var hole = index;
            for (; hole > 0 && sorted[hole - 1] > number; hole--) sorted[hole] = sorted[hole - 1];
            sorted[hole] = number;
        }
        return sorted;
    }

    private static long[] Complement(long population, int count, RandomStream random)
    {
        var excluded = DrawSparse(population, (int)(population - count), random);
        var ranks = new long[count];
        long rank = 0;
        var used = 0;
        for (var index = 0; index < count; rank++)
        {
            if (used < excluded.Length && excluded[used] == rank) used++;
            else ranks[index++] = rank;
        }
        return ranks;
    }
}
