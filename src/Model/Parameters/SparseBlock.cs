using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Sparse;

/// <summary>
/// One replica of a layer: a sparse block, which is a shared <see cref="Sparse.Topology"/> and, aligned with it, the values and velocities
/// (momentum) that this replica owns and changes, and a dense one, its biases. 12 bytes a connection with its index; second moments add
/// 4, a gradient 4.
/// </summary>
public sealed class SparseLayer : IDisposable
{
    /// <summary>Creates a layer with all parameters zero; retains <paramref name="topology"/>.</summary>
    public SparseLayer(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        Topology = topology.Retain();
        Values = new(topology.ConnectionCount);
        Velocities = new(topology.ConnectionCount);
        Bias = new(topology.OutputCount);
    }

    /// <summary>Which connections exist.</summary>
    public Topology Topology { get; private set; }

    /// <summary>Weight of every connection (nnz).</summary>
    public NativeBuffer<float> Values { get; private set; }

    /// <summary>Momentum of every connection (nnz): SGD's velocity, or the mean of AdamW's gradients.</summary>
    public NativeBuffer<float> Velocities { get; private set; }

    /// <summary>Bias of every output neuron (n_out).</summary>
    public DenseBlock Bias { get; }

    /// <summary>Mean square of the gradients of every connection (nnz), once AdamW has made a step; null before.</summary>
    public NativeBuffer<float>? SecondMoments { get; private set; }

    /// <summary>Bytes held, the shared topology included.</summary>
    public long Bytes => Topology.Bytes + Values.Bytes + Velocities.Bytes + (SecondMoments?.Bytes ?? 0) + Bias.Bytes;

    /// <summary>Makes room for second moments, all 0, if there is none yet.</summary>
    public void EnsureSecondMoments()
    {
        SecondMoments ??= new(Values.Length);
        Bias.EnsureSecondMoments();
    }

    /// <summary>Forgets second moments, as if AdamW had made no step.</summary>
    public void DropSecondMoments()
    {
        SecondMoments?.Dispose();
        SecondMoments = null;
        Bias.DropSecondMoments();
    }

    /// <summary>Sets momentum to 0 and forgets second moments, as if no step had been made.</summary>
    public void ForgetMomentum()
    {
        Velocities.Clear();
        Bias.Velocities.Clear();
        DropSecondMoments();
    }

    /// <summary>Evolves to the topology of <paramref name="change"/>: survivors keep value and momentum bit for bit.</summary>
    /// <exception cref="InvalidOperationException">The change starts from another topology.</exception>
    public void Apply(TopologyChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.FromId != Topology.Id)
            throw new InvalidOperationException($"the change starts from topology {change.FromId:x16}; this layer has {Topology.Id:x16}");
        var values = new NativeBuffer<float>(change.To.ConnectionCount, zeroed: false);
        var velocities = new NativeBuffer<float>(change.To.ConnectionCount, zeroed: false);
        change.CarryValues(Values, values);
        change.Carry(Velocities, velocities);
        NativeBuffer<float>? secondMoments = null;
        if (SecondMoments is not null)
        {
            secondMoments = new(change.To.ConnectionCount, zeroed: false);
            change.Carry(SecondMoments, secondMoments);
        }
        Replace(change.To, values, velocities, secondMoments);
    }

    /// <summary>Makes this layer equal to <paramref name="source"/>, topology included.</summary>
    public void CopyFrom(SparseLayer source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Topology.IsSame(Topology))
        {
            Values.CopyFrom(source.Values);
            Velocities.CopyFrom(source.Velocities);
        }
        else
        {
            Replace(source.Topology, source.Values.Clone(), source.Velocities.Clone(), null);
        }
        if (source.SecondMoments is null)
        {
            DropSecondMoments();
        }
        else
        {
            EnsureSecondMoments();
            SecondMoments!.CopyFrom(source.SecondMoments);
        }
        Bias.CopyFrom(source.Bias);
    }

    /// <summary>Takes the values and biases of <paramref name="source"/>, which has the same topology, and leaves velocities as they are.</summary>
    public void CopyParametersFrom(SparseLayer source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Values.CopyFrom(source.Values);
        Bias.Values.CopyFrom(source.Bias.Values);
    }

    /// <summary>A replica of its own with the same parameters.</summary>
    public SparseLayer Clone()
    {
        var clone = new SparseLayer(Topology);
        clone.CopyFrom(this);
        return clone;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Topology.Dispose();
        Values.Dispose();
        Velocities.Dispose();
        DropSecondMoments();
        Bias.Dispose();
    }

    private void Replace(
        Topology topology, NativeBuffer<float> values, NativeBuffer<float> velocities, NativeBuffer<float>? secondMoments)
    {
        var retained = topology.Retain();
        Topology.Dispose();
        Values.Dispose();
        Velocities.Dispose();
        SecondMoments?.Dispose();
        (Topology, Values, Velocities, SecondMoments) = (retained, values, velocities, secondMoments);
    }
}
