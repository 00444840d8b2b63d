using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Sparse;

/// <summary>
/// A vector of parameters that no topology has a part in, such as the biases of a layer, with the momentum that belongs to it. 8 bytes a
/// parameter; second moments add 4.
/// </summary>
public sealed class DenseBlock : IDisposable
{
    /// <summary>So many parameters, all 0.</summary>
    public DenseBlock(int count)
    {
        Values = new(count);
        Velocities = new(count);
    }

    /// <summary>The parameters.</summary>
    public NativeBuffer<float> Values { get; }

    /// <summary>Momentum of each: SGD's velocity, or the mean of AdamW's gradients.</summary>
    public NativeBuffer<float> Velocities { get; }

    /// <summary>Mean square of the gradients of each, once AdamW has made a step; null before.</summary>
    public NativeBuffer<float>? SecondMoments { get; private set; }

    /// <summary>Bytes held.</summary>
    public long Bytes => Values.Bytes + Velocities.Bytes + (SecondMoments?.Bytes ?? 0);

    /// <summary>Makes room for second moments, all 0, if there is none yet.</summary>
    public void EnsureSecondMoments() => SecondMoments ??= new(Values.Length);

    /// <summary>Forgets second moments, as if AdamW had made no step.</summary>
    public void DropSecondMoments()
    {
        SecondMoments?.Dispose();
        SecondMoments = null;
    }

    /// <summary>Makes this block equal to <paramref name="source"/>, of the same length.</summary>
    public void CopyFrom(DenseBlock source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Values.CopyFrom(source.Values);
        Velocities.CopyFrom(source.Velocities);
        if (source.SecondMoments is null)
        {
            DropSecondMoments();
            return;
        }
        EnsureSecondMoments();
        SecondMoments!.CopyFrom(source.SecondMoments);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Velocities.Dispose();
        DropSecondMoments();
    }
}
