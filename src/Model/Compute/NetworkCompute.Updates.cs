using ActorSparse.Model.Kernels;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Compute;

// Steps of the optimisers, and where momentum leads.
internal sealed unsafe partial class NetworkCompute
{
    private const float RunningAverageStep = 0.1f;

    /// <summary>One step of momentum SGD on every parameter.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void Update(ParameterSet parameters, GradientSet gradients, in SgdStep step)
    {
        CheckAligned(parameters, gradients);
        _team.Run((Compute: this, parameters, gradients, step), static (pass, member) =>
        {
            for (var index = 0; index < pass.parameters.Blocks.Count; index++)
            {
                var layout = pass.parameters.Layout.Blocks[index];
                pass.Compute.UpdateShare(
                    pass.parameters.Blocks[index], layout, pass.gradients.Blocks[index], member, StepOf(pass.step, layout));
            }
        });
    }

    /// <summary>One step of AdamW on every parameter.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void Update(ParameterSet parameters, GradientSet gradients, in AdamStep step)
    {
        CheckAligned(parameters, gradients);
        parameters.EnsureSecondMoments();
        _team.Run((Compute: this, parameters, gradients, step), static (pass, member) =>
        {
            for (var index = 0; index < pass.parameters.Blocks.Count; index++)
            {
                var layout = pass.parameters.Layout.Blocks[index];
                var step = layout.Decays ? pass.step : pass.step with { WeightDecay = 0 };
                pass.Compute.UpdateShare(pass.parameters.Blocks[index], layout, pass.gradients.Blocks[index], member, step);
            }
        });
    }

    /// <summary>
    /// Moves <paramref name="replica"/>, a copy of <paramref name="parameters"/> with the same topologies, by <paramref name="horizon"/>
    /// times SGD's velocity.
    /// </summary>
    public void LookAhead(ParameterSet parameters, ParameterSet replica, float horizon)
    {
        CheckAligned(parameters, replica);
        for (var index = 0; index < parameters.Blocks.Count; index++)
        {
            var (block, copy) = (parameters.Blocks[index], replica.Blocks[index].Values);
            Kernels.LookAhead(copy.Pointer, block.Values.Pointer, block.Velocities.Pointer, horizon, copy.Length);
        }
    }

    /// <summary>
    /// Moves <paramref name="replica"/>, a copy of <paramref name="parameters"/> with the same topologies, along AdamW's means as
    /// <paramref name="step"/> would with no gradient and no decay.
    /// </summary>
    public void LookAhead(ParameterSet parameters, ParameterSet replica, in AdamStep step)
    {
        CheckAligned(parameters, replica);
        for (var index = 0; index < parameters.Blocks.Count; index++)
        {
            var (block, copy) = (parameters.Blocks[index], replica.Blocks[index].Values);
            if (block.SecondMoments is null) continue;
            Kernels.LookAhead(
                copy.Pointer, block.Values.Pointer, block.Velocities.Pointer, block.SecondMoments.Pointer, copy.Length, step);
        }
    }

    /// <summary>
    /// Writes what is left of every parameter without those of <paramref name="other"/>, which has the same topologies, to
    /// <paramref name="difference"/>.
    /// </summary>
    public void Subtract(ParameterSet parameters, ParameterSet other, GradientSet difference)
    {
        CheckAligned(parameters, other);
        CheckAligned(parameters, difference);
        for (var index = 0; index < parameters.Blocks.Count; index++)
        {
            var values = difference.Blocks[index];
            values.CopyFrom(parameters.Blocks[index].Values);
            Kernels.AddScaled(values.Pointer, other.Blocks[index].Values.Pointer, -1, values.Length);
        }
    }

    /// <summary>Adds <paramref name="factor"/> times <paramref name="gradients"/> to every parameter.</summary>
    /// <exception cref="InvalidOperationException">The gradients belong to another topology.</exception>
    public void AddScaled(ParameterSet parameters, GradientSet gradients, float factor)
    {
        CheckAligned(parameters, gradients);
        for (var index = 0; index < parameters.Blocks.Count; index++)
        {
            var gradient = gradients.Blocks[index];
            Kernels.AddScaled(parameters.Blocks[index].Values.Pointer, gradient.Pointer, factor, gradient.Length);
        }
    }

    private static SgdStep StepOf(SgdStep step, BlockLayout layout) => layout.Decays ? step : step with { WeightDecay = 0 };

    private void UpdateShare(ParameterBlock block, BlockLayout layout, NativeBuffer<float> gradients, int member, in SgdStep step)
    {
        if (layout.IsRunningAverage)
        {
            Follow(block, gradients, member);
            return;
        }
        var (first, end) = Share(gradients.Length, member);
        Kernels.Update(block.Values.Pointer + first, block.Velocities.Pointer + first, gradients.Pointer + first, end - first, step);
    }

    private void UpdateShare(ParameterBlock block, BlockLayout layout, NativeBuffer<float> gradients, int member, in AdamStep step)
    {
        if (layout.IsRunningAverage)
        {
            Follow(block, gradients, member);
            return;
        }
        var (first, end) = Share(gradients.Length, member);
        Kernels.Update(
            block.Values.Pointer + first, block.Velocities.Pointer + first, block.SecondMoments!.Pointer + first, gradients.Pointer + first,
            end - first, step);
    }

    // What PyTorch and others call momentum 0.1.
    private void Follow(ParameterBlock block, NativeBuffer<float> shown, int member)
    {
        var (first, end) = Share(shown.Length, member);
        for (var index = first; index < end; index++) block.Values[index] += RunningAverageStep * (shown[index] - block.Values[index]);
    }

    private static void CheckAligned(ParameterSet parameters, ParameterSet replica)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(replica);
        for (var index = 0; index < parameters.Sparse.Count; index++)
            if (!replica.Sparse[index].Topology.IsSame(parameters.Sparse[index].Topology))
                throw new InvalidOperationException($"{parameters.Layout.Sparse[index].Name}: the replica has another topology");
    }

    private static void CheckAligned(ParameterSet parameters, GradientSet gradients)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        gradients.CheckAligned(parameters);
    }
}
