using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <summary>
/// The kernels for one width of vectors: a connection multiplies whole vectors of samples, with the samples of the row's neuron in
/// registers.
/// </summary>
internal abstract unsafe partial class VectorKernels<TIsa, TVector> : SparseKernels
    where TIsa : struct, IVectorIsa<TVector>
    where TVector : struct
{
    // A tile each of a neuron's samples, of the gradient by them, and of the gradients by an output's, and one for all else. Gradients by
    // connections have the same tiles everywhere, for the order of their sums depends on them.
    private static readonly int MostGradientVectors = TIsa.Registers / 4;

    private readonly SparseKernels _narrower;

    /// <summary>Kernels that leave matrices whose rows are no whole vectors to <paramref name="narrower"/>.</summary>
    private protected VectorKernels(SparseKernels narrower) => _narrower = narrower;

    internal override int GroupLanes => TIsa.Count;

    internal override SparseKernels ForStride(int stride) => stride % TIsa.Count == 0 ? this : _narrower.ForStride(stride);

    internal override void Dispatch<TPass>(in TPass pass) => pass.Run<TIsa, TVector>();

    internal override void Forward(
        SparseBlock weights, DenseBlock biases, ActivationMatrix input, ActivationMatrix output, int first, int end)
    {
        if (input.Stride <= TIsa.Count) ForwardFew(weights, biases, input, output, first, end);
        else Run(new ForwardPass<WholeSamples>(weights, biases, new(input), output, first, end), input.Batch);
    }

    internal override void Differentiate(
        Topology topology, ActivationMatrix input, ActivationMatrix delta, float* gradients, int first, int end) =>
        Run(new GradientPass<WholeSamples>(topology, new(input), new(delta), gradients, first, end), input.Batch, MostGradientVectors);

    internal override void Propagate(
        SparseBlock weights, TransposedIndex index, ActivationMatrix delta, ActivationMatrix inputDelta, int first, int end) =>
        Run(new TransposedPass(weights, index, delta, inputDelta, first, end), delta.Batch);

    internal override void DifferentiateAndPropagate(
        SparseBlock weights, TransposedIndex index, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta,
        float* gradients, int first, int end) =>
        RunColumns<WholeSamples>(weights, index, new(input), new(delta), inputDelta, gradients, first, end, input.Batch);

    internal override void DifferentiateAndPropagate(
        SparseBlock weights, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix inputDelta, float* gradients,
        int first, int end)
    {
        long stride = inputDelta.Stride;
        NativeMemory.Clear(inputDelta.Pointer + first * stride, (nuint)((end - first) * stride * sizeof(float)));
        Run(new FusedPass(weights, input, delta, inputDelta, gradients, first, end), input.Batch);
    }

    internal override void Update(float* values, float* velocities, float* gradients, long count, in SgdStep step)
    {
        var factors = new StepFactors(step);
        long index = 0;
        for (; index + TIsa.Count <= count; index += TIsa.Count) factors.Apply(values + index, velocities + index, gradients + index);
        var rest = (int)(count - index);
        if (rest == 0) return;
        // The same vector operations for the last few, or their rounding would depend on how threads share the parameters.
        var buffer = stackalloc float[3 * TIsa.Count];
        var target = new Span<float>(buffer, 3 * TIsa.Count);
        new Span<float>(values + index, rest).CopyTo(target);
        new Span<float>(velocities + index, rest).CopyTo(target[TIsa.Count..]);
        new Span<float>(gradients + index, rest).CopyTo(target[(2 * TIsa.Count)..]);
        factors.Apply(buffer, buffer + TIsa.Count, buffer + 2 * TIsa.Count);
        target[..rest].CopyTo(new Span<float>(values + index, rest));
        target.Slice(TIsa.Count, rest).CopyTo(new Span<float>(velocities + index, rest));
    }

    internal override void Update(
        float* values, float* velocities, float* secondMoments, float* gradients, long count, in AdamStep step)
    {
        var factors = new AdamFactors(step);
        long index = 0;
        for (; index + TIsa.Count <= count; index += TIsa.Count)
            factors.Apply(values + index, velocities + index, secondMoments + index, gradients + index);
        var rest = (int)(count - index);
        if (rest == 0) return;
        var buffer = stackalloc float[4 * TIsa.Count];
        var target = new Span<float>(buffer, 4 * TIsa.Count);
        new Span<float>(values + index, rest).CopyTo(target);
        new Span<float>(velocities + index, rest).CopyTo(target[TIsa.Count..]);
        new Span<float>(secondMoments + index, rest).CopyTo(target[(2 * TIsa.Count)..]);
        new Span<float>(gradients + index, rest).CopyTo(target[(3 * TIsa.Count)..]);
        factors.Apply(buffer, buffer + TIsa.Count, buffer + 2 * TIsa.Count, buffer + 3 * TIsa.Count);
        target[..rest].CopyTo(new Span<float>(values + index, rest));
        target.Slice(TIsa.Count, rest).CopyTo(new Span<float>(velocities + index, rest));
        target.Slice(2 * TIsa.Count, rest).CopyTo(new Span<float>(secondMoments + index, rest));
    }

    // Values that the last elements of an array get may differ by a rounding from what a vector would give; every caller takes whole arrays.
    internal override void AddScaled(float* target, float* source, float factor, long count)
    {
        var factors = TIsa.Create(factor);
        long index = 0;
        for (; index + TIsa.Count <= count; index += TIsa.Count)
            TIsa.Store(target + index, TIsa.MultiplyAdd(factors, TIsa.Load(source + index), TIsa.Load(target + index)));
        base.AddScaled(target + index, source + index, factor, count - index);
    }

    // What is read is written again: the next update comes from another core as often as not, to which memory passes four times as fast if it
    // was written last, and not read (docs/performance.md, two workers).
    internal override void LookAhead(float* ahead, float* values, float* velocities, float horizon, long count)
    {
        var horizons = TIsa.Create(horizon);
        long index = 0;
        for (; index + TIsa.Count <= count; index += TIsa.Count)
        {
            var (value, velocity) = (TIsa.Load(values + index), TIsa.Load(velocities + index));
            TIsa.Store(ahead + index, TIsa.MultiplyAdd(horizons, velocity, value));
            TIsa.Store(values + index, value);
            TIsa.Store(velocities + index, velocity);
        }
        base.LookAhead(ahead + index, values + index, velocities + index, horizon, count - index);
    }

    internal override void LookAhead(
        float* ahead, float* values, float* means, float* secondMoments, long count, in AdamStep step)
    {
        var (descent, scale) = (TIsa.Create(-step.Rate), TIsa.Create(step.SecondMomentScale));
        var epsilon = TIsa.Create(step.Epsilon);
        long index = 0;
        for (; index + TIsa.Count <= count; index += TIsa.Count)
        {
            var (value, mean, square) = (TIsa.Load(values + index), TIsa.Load(means + index), TIsa.Load(secondMoments + index));
            var root = TIsa.Add(TIsa.Sqrt(TIsa.Multiply(scale, square)), epsilon);
            TIsa.Store(ahead + index, TIsa.MultiplyAdd(descent, TIsa.Divide(mean, root), value));
            TIsa.Store(values + index, value);
            TIsa.Store(means + index, mean);
            TIsa.Store(secondMoments + index, square);
        }
        base.LookAhead(ahead + index, values + index, means + index, secondMoments + index, count - index, step);
    }

    // Walks the batch in tiles of up to eight vectors and covers what remains with smaller ones; the last vector may be part padding.
    private static void Run<TPass>(in TPass pass, int batch, int most = 8) where TPass : struct, ITilePass
    {
        var (sample, vectors) = (0, (batch + TIsa.Count - 1) / TIsa.Count);
        while (vectors > 0)
        {
            var tile = Math.Min(most, 1 << int.Log2(vectors));
            switch (tile)
            {
                case 8:
                    pass.Run<TilePair<TilePair<Tile2<TIsa, TVector>, TIsa, TVector>, TIsa, TVector>>(sample);
                    break;
                case 4:
                    pass.Run<TilePair<Tile2<TIsa, TVector>, TIsa, TVector>>(sample);
                    break;
                case 2:
                    pass.Run<Tile2<TIsa, TVector>>(sample);
                    break;
                default:
                    pass.Run<Tile1<TIsa, TVector>>(sample);
                    break;
            }
            sample += tile * TIsa.Count;
            vectors -= tile;
        }
    }

    // One vector of parameters. v <- (mu c) v - eta g; w <- (1 - lambda) w + ahead v + direct g. A velocity that only decays would end as a
    // subnormal number, where rounding keeps it for good.
    private readonly struct StepFactors(in SgdStep step)
    {
        private readonly TVector _momentum = TIsa.Create(step.Momentum * step.VelocityScale);
        private readonly TVector _descent = TIsa.Create(-step.LearningRate);
        private readonly TVector _keep = TIsa.Create(1 - step.WeightDecay);
        private readonly TVector _ahead = TIsa.Create(step.Nesterov ? step.Momentum : 1);
        private readonly TVector _direct = TIsa.Create(step.Nesterov ? -step.LearningRate : 0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Apply(float* values, float* velocities, float* gradients)
        {
            var gradient = TIsa.Load(gradients);
            var velocity = TIsa.MultiplyAdd(_descent, gradient, TIsa.Multiply(_momentum, TIsa.Load(velocities)));
            var value = TIsa.MultiplyAdd(_direct, gradient, TIsa.Multiply(_keep, TIsa.Load(values)));
            velocity = TIsa.FlushSubnormal(velocity);
            TIsa.Store(velocities, velocity);
            TIsa.Store(values, TIsa.FlushSubnormal(TIsa.MultiplyAdd(_ahead, velocity, value)));
        }
    }

    // One vector of parameters. m <- b1 m + (1 - b1) s g; q <- b2 q + (1 - b2) (s g)^2; w <- (1 - lambda) w - rate m / (sqrt(c q) + e).
    private readonly struct AdamFactors(in AdamStep step)
    {
        private readonly TVector _beta1 = TIsa.Create(step.Beta1);
        private readonly TVector _beta2 = TIsa.Create(step.Beta2);
        private readonly TVector _gradientScale = TIsa.Create(step.GradientScale);
        private readonly TVector _rest1 = TIsa.Create(1 - step.Beta1);
        private readonly TVector _rest2 = TIsa.Create(1 - step.Beta2);
        private readonly TVector _secondScale = TIsa.Create(step.SecondMomentScale);
        private readonly TVector _epsilon = TIsa.Create(step.Epsilon);
        private readonly TVector _descent = TIsa.Create(-step.Rate);
        private readonly TVector _keep = TIsa.Create(1 - step.WeightDecay);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Apply(float* values, float* velocities, float* secondMoments, float* gradients)
        {
            var gradient = TIsa.Multiply(_gradientScale, TIsa.Load(gradients));
            var mean = TIsa.FlushSubnormal(TIsa.MultiplyAdd(_beta1, TIsa.Load(velocities), TIsa.Multiply(_rest1, gradient)));
            var square = TIsa.Multiply(_rest2, TIsa.Multiply(gradient, gradient));
            var second = TIsa.FlushSubnormal(TIsa.MultiplyAdd(_beta2, TIsa.Load(secondMoments), square));
            TIsa.Store(velocities, mean);
            TIsa.Store(secondMoments, second);
            var root = TIsa.Add(TIsa.Sqrt(TIsa.Multiply(_secondScale, second)), _epsilon);
            var move = TIsa.Multiply(_descent, TIsa.Divide(mean, root));
            TIsa.Store(values, TIsa.FlushSubnormal(TIsa.MultiplyAdd(_keep, TIsa.Load(values), move)));
        }
    }
}
