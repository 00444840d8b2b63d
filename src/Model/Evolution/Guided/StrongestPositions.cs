using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Evolution.Guided;

/// <summary>
/// Keeps the positions with the largest magnitudes of an ascending stream, the first of equally large ones: whenever the room for twice
/// the limit or one block more is full, it is cut down, in constant time for each position on average.
/// </summary>
internal sealed class StrongestPositions : IDisposable
{
    private readonly int _limit;
    private readonly long[] _positions;
    private readonly NativeBuffer<float> _magnitudes;
    private int _count;

    internal StrongestPositions(int limit, int blockLength)
    {
        _limit = limit;
        var capacity = (int)Math.Min(Array.MaxLength, (long)limit + Math.Max(limit, blockLength));
        _positions = new long[capacity];
        _magnitudes = new(capacity);
    }

    /// <summary>Bytes held.</summary>
    internal long Bytes => _positions.LongLength * sizeof(long) + _magnitudes.Bytes;

    /// <summary>Adds a block of at most the length that was announced.</summary>
    internal void Add(ReadOnlySpan<long> positions, NativeBuffer<float> magnitudes)
    {
        if (_count + positions.Length > _positions.Length) CutDown();
        positions.CopyTo(_positions.AsSpan(_count));
        magnitudes.Span.CopyTo(_magnitudes.Span[_count..]);
        _count += positions.Length;
    }

    /// <summary>The positions kept, ascending, and their magnitudes.</summary>
    internal (long[] Positions, float[] Magnitudes) Take()
    {
        CutDown();
        return (_positions[.._count], _magnitudes.Span[.._count].ToArray());
    }

    public void Dispose() => _magnitudes.Dispose();

    private void CutDown()
    {
        if (_count <= _limit) return;
        // What is past the count must not take part: zeros there come last, as positions ascend.
        _magnitudes.Span[_count..].Clear();
        using var selected = new NativeBuffer<byte>(_magnitudes.Length, zeroed: false);
        var threshold = MagnitudeThreshold.Largest([_magnitudes], _limit);
        threshold.Mark(_magnitudes, selected);
        var kept = 0;
        for (var index = 0; index < _count; index++)
        {
            if (selected[index] == 0) continue;
            (_positions[kept], _magnitudes[kept]) = (_positions[index], _magnitudes[index]);
            kept++;
        }
        _count = kept;
    }
}
