using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Data.Formats;

/// <summary>Compressed sparse rows with feature numbers as written in the file, whose base (0 or 1) may not be known yet.</summary>
/// <param name="RowStarts">Where each sample begins (N + 1).</param>
/// <param name="Indices">Feature number of every entry.</param>
/// <param name="Values">Value of every entry.</param>
/// <param name="IndexLowest">Lowest feature number in the file; int.MaxValue if there is none.</param>
/// <param name="IndexHighest">Highest feature number in the file; -1 if there is none.</param>
internal sealed record RawSparse(
    NativeBuffer<long> RowStarts, NativeBuffer<int> Indices, NativeBuffer<float> Values, int IndexLowest, int IndexHighest) : IDisposable
{
    /// <summary>Number of samples.</summary>
    internal int SampleCount => checked((int)(RowStarts.Length - 1));

    /// <summary>Makes feature numbers start with 0.</summary>
    internal unsafe void SubtractBase(int indexBase)
    {
        if (indexBase == 0) return;
        var indices = Indices.Pointer;
        for (long entry = 0; entry < Indices.Length; entry++) indices[entry] -= indexBase;
    }

    public void Dispose()
    {
        RowStarts.Dispose();
        Indices.Dispose();
        Values.Dispose();
    }
}
