using System.Collections;

namespace ActorSparse.Model.Operators;

/// <summary>Some items in a row of a list that changes from pass to pass; nothing is made anew for that.</summary>
internal sealed class ListSlice<T>(int first, int count) : IReadOnlyList<T>
{
    /// <summary>The list.</summary>
    public IReadOnlyList<T> Source { get; set; } = [];

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
            return Source[first + index];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Source.Skip(first).Take(count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
