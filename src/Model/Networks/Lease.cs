using System.Diagnostics.CodeAnalysis;

namespace ActorSparse.Model.Networks;

/// <summary>
/// Something large that travels in a message and belongs to whoever takes it first: the sender may not touch it after sending, and a
/// message that is delivered twice finds it gone. What nobody takes is left to the finalizers of its buffers.
/// </summary>
internal sealed class Lease<T>(T item) where T : class, IDisposable
{
    private T? _item = item;

    /// <summary>Becomes the owner, unless somebody was before.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        item = Interlocked.Exchange(ref _item, null);
        return item is not null;
    }
}
