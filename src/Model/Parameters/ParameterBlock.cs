using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Parameters;

/// <summary>
/// One replica's parameters of one kind in one place of a network, with the momentum that belongs to them: 8 bytes a parameter; second
/// moments add 4.
/// </summary>
public abstract class ParameterBlock : IDisposable
{
    /// <summary>So many parameters, all 0.</summary>
    protected ParameterBlock(long count)
    {
        Values = new(count);
        Velocities = new(count);
    }

    /// <summary>The parameters.</summary>
    public NativeBuffer<float> Values { get; private set; }

    /// <summary>Momentum of each: SGD's velocity, or the mean of AdamW's gradients.</summary>
    internal NativeBuffer<float> Velocities { get; private set; }

    /// <summary>Mean square of the gradients of each, once AdamW has made a step; null before.</summary>
    internal NativeBuffer<float>? SecondMoments { get; private set; }

    /// <summary>Bytes held.</summary>
    public virtual long Bytes => Values.Bytes + Velocities.Bytes + (SecondMoments?.Bytes ?? 0);

    /// <summary>Makes room for second moments, all 0, if there is none yet.</summary>
    internal void EnsureSecondMoments() => SecondMoments ??= new(Values.Length);

    /// <summary>Forgets second moments, as if AdamW had made no step.</summary>
    internal void DropSecondMoments()
    {
        SecondMoments?.Dispose();
        SecondMoments = null;
    }

    /// <summary>Sets momentum to 0 and forgets second moments, as if no step had been made.</summary>
    internal void ForgetMomentum()
    {
        Velocities.Clear();
        DropSecondMoments();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Values.Dispose();
        Velocities.Dispose();
        DropSecondMoments();
    }

    /// <summary>Takes over all of <paramref name="source"/>, a block of the same length.</summary>
    protected void CopyArraysFrom(ParameterBlock source)
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

    /// <summary>Puts other arrays, which it takes over, in the place of all three.</summary>
    protected void Replace(NativeBuffer<float> values, NativeBuffer<float> velocities, NativeBuffer<float>? secondMoments)
    {
        Values.Dispose();
        Velocities.Dispose();
        SecondMoments?.Dispose();
        (Values, Velocities, SecondMoments) = (values, velocities, secondMoments);
    }
}
