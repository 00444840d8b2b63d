using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Operators;

/// <summary>Sums in double precision for gradients that come in parts; all 0 between two uses.</summary>
internal sealed unsafe class GradientSums : IDisposable
{
    private NativeBuffer<double>? _sums;

    /// <summary>Bytes held.</summary>
    internal long Bytes => _sums?.Bytes ?? 0;

    /// <summary>Makes room for <paramref name="count"/> sums.</summary>
    internal void Fit(long count)
    {
        if (_sums is not null && _sums.Length >= count) return;
        _sums?.Dispose();
        _sums = new(count);
    }

    /// <summary>Adds the parts from <paramref name="first"/> to <paramref name="end"/> - 1.</summary>
    internal void Add(NativeBuffer<float> parts, long first, long end)
    {
        var sums = _sums!.Pointer;
        var part = parts.Pointer;
        for (var index = first; index < end; index++) sums[index] += part[index];
    }

    /// <summary>Writes the sums, rounded, and begins anew.</summary>
    internal void Take(NativeBuffer<float> rounded, long first, long end)
    {
        var sums = _sums!.Pointer;
        var target = rounded.Pointer;
        for (var index = first; index < end; index++)
        {
            target[index] = (float)sums[index];
            sums[index] = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sums?.Dispose();
}
