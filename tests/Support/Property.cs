using CsCheck;

namespace ActorSparse.Tests.Support;

/// <summary>Properties over random cases, the same ones in every run.</summary>
internal static class Property
{
    private const int ShrinkSeconds = 5;

    /// <summary>What only has to differ from case to case.</summary>
    public static Gen<ulong> Seed { get; } = Gen.Int[1, 1000].Select(seed => (ulong)seed);

    /// <summary>
    /// Checks <paramref name="property"/> for <paramref name="count"/> cases. A failure is made smaller and named by a seed:
    /// <c>CsCheck_Seed=SEED ./test --filter NAME</c> replays it.
    /// </summary>
    public static void ForAll<T>(this Gen<T> cases, int count, Action<T> property)
    {
        if (Check.Seed is not null)
        {
            cases.Sample(property, iter: 1, threads: 1);
            return;
        }
        var random = new PCG(stream: 0, seed: 1);
        for (var number = 0; number < count; number++)
        {
            var start = random.State;
            try
            {
                property(cases.Generate(random, null, out _));
            }
            catch (Exception)
            {
                cases.Sample(property, seed: random.ToString(start), time: ShrinkSeconds, threads: 1);
                throw;
            }
        }
    }

    /// <inheritdoc cref="ForAll{T}(Gen{T}, int, Action{T})"/>
    public static void ForAll<T1, T2>(this Gen<(T1, T2)> cases, int count, Action<T1, T2> property) =>
        cases.ForAll(count, values => property(values.Item1, values.Item2));

    /// <inheritdoc cref="ForAll{T}(Gen{T}, int, Action{T})"/>
    public static void ForAll<T1, T2, T3>(this Gen<(T1, T2, T3)> cases, int count, Action<T1, T2, T3> property) =>
        cases.ForAll(count, values => property(values.Item1, values.Item2, values.Item3));

    /// <inheritdoc cref="ForAll{T}(Gen{T}, int, Action{T})"/>
    public static void ForAll<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> cases, int count, Action<T1, T2, T3, T4> property) =>
        cases.ForAll(count, values => property(values.Item1, values.Item2, values.Item3, values.Item4));
}
