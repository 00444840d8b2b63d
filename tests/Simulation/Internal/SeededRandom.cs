namespace Akka.Simulation.Internal;

/// <summary>SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same numbers for a seed in every process and version of .NET.</summary>
internal sealed class SeededRandom(long seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>From 0 to below 1.</summary>
    internal double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to below <paramref name="count"/>.</summary>
    internal int Next(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    private ulong Next()
    {
        var value = _state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
