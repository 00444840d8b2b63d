using System.Runtime.Intrinsics;

namespace ActorSparse.Model.Numerics;

/// <summary>One stream of a <see cref="RandomSource"/>: a cursor over Philox blocks. Not for sharing between threads.</summary>
public sealed class RandomStream(ulong key)
{
    private readonly uint[] _words = new uint[4];
    private ulong _position;

    /// <summary>The key of this stream.</summary>
    public ulong Key { get; } = key;

    /// <summary>Number of 32-bit words drawn so far; setting it moves the stream there.</summary>
    public ulong Position
    {
        get => _position;
        set
        {
            _position = value;
            if ((value & 3) != 0) LoadBlock();
        }
    }

    /// <summary>Uniform over all 32-bit words.</summary>
    public uint NextUInt32()
    {
        if ((_position & 3) == 0) LoadBlock();
        return _words[_position++ & 3];
    }

    /// <summary>Uniform over all 64-bit words.</summary>
    public ulong NextUInt64() => ((ulong)NextUInt32() << 32) | NextUInt32();

    /// <summary>Fills <paramref name="words"/> with what as many calls of <see cref="NextUInt64"/> would return, several times as fast.</summary>
    public void NextUInt64s(Span<ulong> words)
    {
        while (words.Length > 0 && (_position & 3) != 0)
        {
            words[0] = NextUInt64();
            words = words[1..];
        }
        var vector = new PhiloxVector(Key);
        Span<ulong> firsts = stackalloc ulong[Vector512<ulong>.Count], seconds = stackalloc ulong[Vector512<ulong>.Count];
        for (; words.Length >= 2 * Vector512<ulong>.Count; words = words[(2 * Vector512<ulong>.Count)..])
        {
            var counter = Vector512<ulong>.Indices + Vector512.Create(_position >> 2);
            var (x0, x1, x2, x3) = (counter & Vector512.Create((ulong)uint.MaxValue), counter >>> 32, Vector512<ulong>.Zero, Vector512<ulong>.Zero);
            vector.Encrypt(ref x0, ref x1, ref x2, ref x3);
            ((x0 << 32) | (x1 & Vector512.Create((ulong)uint.MaxValue))).CopyTo(firsts);
            ((x2 << 32) | (x3 & Vector512.Create((ulong)uint.MaxValue))).CopyTo(seconds);
            for (var block = 0; block < Vector512<ulong>.Count; block++) (words[2 * block], words[2 * block + 1]) = (firsts[block], seconds[block]);
            _position += 4 * (ulong)Vector512<ulong>.Count;
        }
        for (var index = 0; index < words.Length; index++) words[index] = NextUInt64();
    }

    /// <summary>Uniform in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, 1) with 24 random bits.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1.0f / (1 << 24));

    /// <summary>Uniform over 0 to <paramref name="bound"/> - 1, without bias (Lemire, "Fast Random Integer Generation in an Interval").</summary>
    public long NextInt64(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low < range)
        {
            var threshold = (0UL - range) % range;
            while (low < threshold) high = Math.BigMul(NextUInt64(), range, out low);
        }
        return (long)high;
    }

    /// <summary>Uniform over 0 to <paramref name="bound"/> - 1, without bias.</summary>
    public int NextInt32(int bound) => (int)NextInt64(bound);

    /// <summary>Standard normal, by the method of Box and Muller (one of its two values, so that a stream holds no hidden state).</summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Permutes <paramref name="items"/> uniformly (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = NextInt32(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private void LoadBlock() => (_words[0], _words[1], _words[2], _words[3]) = Philox.Block(Key, _position >> 2);
}
