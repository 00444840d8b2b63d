using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Runs;

/// <summary>One of the files with the rows of a run: knows which of them it still lacks.</summary>
/// <param name="path">The file.</param>
/// <param name="text">The row at an index of the rows as it stands in the file, with a header before the first one if there is any.</param>
internal sealed class RowFile(string path, Func<IReadOnlyList<EpochMetrics>, int, string> text)
{
    private int? _written; // rows in the file; null if it has to be written anew

    /// <summary>Rows that were there have gone: the file is written anew.</summary>
    public void Forget() => _written = null;

    /// <summary>Writes what the file lacks; if that fails it is as it was, and lacks it still.</summary>
    public void CatchUp(IReadOnlyList<EpochMetrics> rows)
    {
        if (_written == rows.Count) return;
        var missing = string.Concat(Enumerable.Range(_written ?? 0, rows.Count - (_written ?? 0)).Select(row => text(rows, row)));
        if (_written is null) AtomicFile.WriteText(path, missing);
        else
        {
            using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            GrowingFile.Append(stream, missing);
        }
        _written = rows.Count;
    }
}
