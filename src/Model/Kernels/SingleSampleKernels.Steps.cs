using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Kernels;

/// <content>Steps along gradients that are never stored.</content>
internal sealed unsafe partial class SingleSampleKernels
{
    internal override bool CanStepAtOnce => true;

    internal override void PropagateAndStep(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, in SgdStep step,
        int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, velocities = weights.Velocities.Pointer;
        float* x = input.Pointer, dz = delta.Pointer, dx = inputDelta.Pointer;
        var factors = new StepFactors(step);
        new Span<float>(dx + first, end - first).Clear();
        nint last = weights.Topology.ConnectionCount - 1, position = 0;
        for (nint row = 0; row < weights.Topology.OutputCount; row++)
        {
            var error = dz[row];
            for (nint rowEnd = starts[row + 1]; position < rowEnd; position++)
            {
                var ahead = columns[Math.Min(position + PrefetchDistance, last)];
                var column = columns[position];
                // Each thread walks all connections and takes those of its columns.
                if (column < first || column >= end) continue;
                Prefetch(x + ahead);
                Prefetch(dx + ahead);
                dx[column] += values[position] * error;
                factors.Apply(values + position, velocities + position, x[column] * error);
            }
        }
    }

    internal override void Step(SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, in SgdStep step, int first, int end)
    {
        int* starts = weights.Topology.RowStarts, columns = weights.Topology.Columns;
        float* values = weights.Values.Pointer, velocities = weights.Velocities.Pointer, x = input.Pointer, dz = delta.Pointer;
        var factors = new StepFactors(step);
        nint last = weights.Topology.ConnectionCount - 1, position = starts[first];
        for (nint row = first; row < end; row++)
        {
            var error = dz[row];
            for (nint rowEnd = starts[row + 1]; position < rowEnd; position++)
            {
                Prefetch(x + columns[Math.Min(position + PrefetchDistance, last)]);
                factors.Apply(values + position, velocities + position, x[columns[position]] * error);
            }
        }
    }

    // The operations of the vector kernels' update, in their order, for one parameter.
    private readonly struct StepFactors(in SgdStep step)
    {
        private readonly float _momentum = step.Momentum * step.VelocityScale;
        private readonly float _descent = -step.LearningRate;
        private readonly float _keep = 1 - step.WeightDecay;
        private readonly float _ahead = step.Nesterov ? step.Momentum : 1;
        private readonly float _direct = step.Nesterov ? -step.LearningRate : 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Apply(float* value, float* velocity, float gradient)
        {
            var moved = IsaScalar.FlushSubnormal(float.MultiplyAddEstimate(_descent, gradient, _momentum * *velocity));
            var kept = float.MultiplyAddEstimate(_direct, gradient, _keep * *value);
            *velocity = moved;
            *value = IsaScalar.FlushSubnormal(float.MultiplyAddEstimate(_ahead, moved, kept));
        }
    }
}
