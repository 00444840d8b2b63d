namespace ActorSparse.Model.Numerics;

/// <summary>
/// The one source of randomness: a seed from which every use takes a stream of its own by name and indices ("dropout", layer, step), so
/// that results depend on the seed alone, never on threads, arrival order or how much another part has drawn.
/// </summary>
public sealed class RandomSource(ulong seed)
{
    /// <summary>The seed that all streams derive from.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The stream of this name and these indices, at its beginning.</summary>
    public RandomStream Stream(string name, params ReadOnlySpan<long> indices) => new(Key(name, indices));

    /// <summary>The Philox key of a stream: for kernels that compute numbers by position instead of drawing them.</summary>
    public ulong Key(string name, params ReadOnlySpan<long> indices)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var hash = Mix(Seed ^ 0x9E3779B97F4A7C15);
        foreach (var character in name) hash = Mix(hash ^ character);
        hash = Mix(hash ^ 0xFFFF_FFFF); // no character: ends the name
        foreach (var index in indices) hash = Mix(hash ^ (ulong)index);
        return hash;
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), a bijection that spreads every input bit, after an odd step.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
