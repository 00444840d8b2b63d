using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;

namespace ActorSparse.Model.Compute;

// Steps of the optimisers, and where momentum leads.
public sealed unsafe partial class NetworkCompute
{
    /// <summary>One step of momentum SGD on every connection and bias.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void Update(Network network, Gradients gradients, in SgdStep step)
    {
        CheckTopologies(network, gradients);
        _team.Run((Compute: this, network, gradients, step), static (pass, member) =>
        {
            for (var index = 0; index < pass.network.Layers.Count; index++)
            {
                var layer = pass.network.Layers[index];
                pass.Compute.UpdateShare(layer.Values, layer.Velocities, pass.gradients.Values[index], member, pass.step);
                pass.Compute.UpdateShare(layer.Bias.Values, layer.Bias.Velocities, pass.gradients.Biases[index], member, pass.step);
            }
        });
    }

    /// <summary>One step of AdamW on every connection and bias.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void Update(Network network, Gradients gradients, in AdamStep step)
    {
        CheckTopologies(network, gradients);
        for (var index = 0; index < network.Layers.Count; index++) network.Layers[index].EnsureSecondMoments();
        _team.Run((Compute: this, network, gradients, step), static (pass, member) =>
        {
            for (var index = 0; index < pass.network.Layers.Count; index++)
            {
                var (layer, gradients) = (pass.network.Layers[index], pass.gradients);
                pass.Compute.UpdateShare(
                    layer.Values, layer.Velocities, layer.SecondMoments!, gradients.Values[index], member, pass.step);
                pass.Compute.UpdateShare(
                    layer.Bias.Values, layer.Bias.Velocities, layer.Bias.SecondMoments!, gradients.Biases[index], member, pass.step);
            }
        });
    }

    /// <summary>
    /// Moves <paramref name="replica"/>, a copy of <paramref name="network"/> with the same topologies, by <paramref name="horizon"/> times
    /// SGD's velocity.
    /// </summary>
    public void LookAhead(Network network, Network replica, float horizon)
    {
        CheckTopologies(network, replica);
        for (var index = 0; index < network.Layers.Count; index++)
        {
            var (layer, copy) = (network.Layers[index], replica.Layers[index]);
            Kernels.AddScaled(copy.Values.Pointer, layer.Velocities.Pointer, horizon, copy.Values.Length);
            Kernels.AddScaled(copy.Bias.Values.Pointer, layer.Bias.Velocities.Pointer, horizon, copy.Bias.Values.Length);
        }
    }

    /// <summary>
    /// Moves <paramref name="replica"/>, a copy of <paramref name="network"/> with the same topologies, along AdamW's means as
    /// <paramref name="step"/> would with no gradient and no decay.
    /// </summary>
    public void LookAhead(Network network, Network replica, in AdamStep step)
    {
        CheckTopologies(network, replica);
        for (var index = 0; index < network.Layers.Count; index++)
        {
            var (layer, copy) = (network.Layers[index], replica.Layers[index]);
            if (layer.SecondMoments is null) continue;
            Kernels.AddMeans(
                copy.Values.Pointer, layer.Velocities.Pointer, layer.SecondMoments.Pointer, copy.Values.Length, step);
            Kernels.AddMeans(
                copy.Bias.Values.Pointer, layer.Bias.Velocities.Pointer, layer.Bias.SecondMoments!.Pointer, copy.Bias.Values.Length, step);
        }
    }

    /// <summary>
    /// Writes what is left of every connection and bias of <paramref name="network"/> without those of <paramref name="other"/>, which has
    /// the same topologies, to <paramref name="difference"/>.
    /// </summary>
    public void Subtract(Network network, Network other, Gradients difference)
    {
        CheckTopologies(network, other);
        CheckTopologies(network, difference);
        for (var index = 0; index < network.Layers.Count; index++)
        {
            var (layer, minus) = (network.Layers[index], other.Layers[index]);
            var (values, biases) = (difference.Values[index], difference.Biases[index]);
            values.CopyFrom(layer.Values);
            biases.CopyFrom(layer.Bias.Values);
            Kernels.AddScaled(values.Pointer, minus.Values.Pointer, -1, values.Length);
            Kernels.AddScaled(biases.Pointer, minus.Bias.Values.Pointer, -1, biases.Length);
        }
    }

    /// <summary>Adds <paramref name="factor"/> times <paramref name="gradients"/> to every connection and bias.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void AddScaled(Network network, Gradients gradients, float factor)
    {
        CheckTopologies(network, gradients);
        for (var index = 0; index < network.Layers.Count; index++)
        {
            var layer = network.Layers[index];
            Kernels.AddScaled(layer.Values.Pointer, gradients.Values[index].Pointer, factor, layer.Values.Length);
            Kernels.AddScaled(layer.Bias.Values.Pointer, gradients.Biases[index].Pointer, factor, layer.Bias.Values.Length);
        }
    }

    private void UpdateShare(
        NativeBuffer<float> values, NativeBuffer<float> velocities, NativeBuffer<float> gradients, int member, in SgdStep step)
    {
        var (first, end) = Share(values.Length, member);
        Kernels.Update(values.Pointer + first, velocities.Pointer + first, gradients.Pointer + first, end - first, step);
    }

    private void UpdateShare(
        NativeBuffer<float> values, NativeBuffer<float> velocities, NativeBuffer<float> secondMoments, NativeBuffer<float> gradients,
        int member, in AdamStep step)
    {
        var (first, end) = Share(values.Length, member);
        Kernels.Update(
            values.Pointer + first, velocities.Pointer + first, secondMoments.Pointer + first, gradients.Pointer + first, end - first, step);
    }

    private static void CheckTopologies(Network network, Network replica)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(replica);
        for (var index = 0; index < network.Layers.Count; index++)
            if (!replica.Layers[index].Topology.IsSame(network.Layers[index].Topology))
                throw new InvalidOperationException($"layer {index}: the replica has another topology");
    }

    private static void CheckTopologies(Network network, Gradients gradients)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(gradients);
        for (var index = 0; index < network.Layers.Count; index++)
            if (gradients.TopologyIds[index] != network.Layers[index].Topology.Id
                || gradients.Values[index].Length != network.Layers[index].Values.Length
                || gradients.Biases[index].Length != network.Layers[index].Bias.Values.Length)
                throw new InvalidOperationException($"layer {index}: the gradients belong to another topology");
    }
}
