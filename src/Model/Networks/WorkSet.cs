using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Networks;

/// <summary>
/// What a worker computes with: a replica of the network and room for its gradients. It travels to the coordinator with the gradient and
/// comes back with fresh parameters, so that one worker needs one set, and parameters are copied once, from the coordinator's network.
/// </summary>
internal sealed class WorkSet : IDisposable
{
    /// <summary>Takes over both parts.</summary>
    public WorkSet(Network replica, GradientSet gradients)
    {
        ArgumentNullException.ThrowIfNull(replica);
        ArgumentNullException.ThrowIfNull(gradients);
        Replica = replica;
        Gradients = gradients;
    }

    /// <summary>A set of the shape of <paramref name="network"/>, with a replica equal to it.</summary>
    public static WorkSet For(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var replica = network.Clone();
        return new(replica, new GradientSet(replica.Parameters));
    }

    /// <summary>The replica.</summary>
    public Network Replica { get; }

    /// <summary>The gradients.</summary>
    public GradientSet Gradients { get; }

    /// <summary>
    /// Copies topologies and values; velocities only <paramref name="withVelocities"/>, as phase one has them in one place.
    /// </summary>
    public void Refresh(Network source, bool withVelocities)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (withVelocities) Replica.Parameters.CopyFrom(source.Parameters);
        else Replica.Parameters.CopyValuesFrom(source.Parameters);
        source.LivingNeurons.CopyTo(Replica.LivingNeurons, 0);
    }

    /// <summary>Whether it is of a network of <paramref name="spec"/>: one that came over a network may be of any.</summary>
    public bool Fits(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var own = Replica.Spec;
        return ReferenceEquals(own, spec)
            || (own.LayerSizes.SequenceEqual(spec.LayerSizes) && own with { LayerSizes = spec.LayerSizes } == spec);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Replica.Dispose();
        Gradients.Dispose();
    }
}
