using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Compute;

/// <summary>
/// The kernels for one width of vectors: a connection multiplies whole vectors of samples, with the samples of the row's neuron in registers.
/// </summary>
internal abstract unsafe partial class VectorKernels<TIsa, TVector> : SparseKernels
    where TIsa : struct, IVectorIsa<TVector>
    where TVector : struct
{
    private readonly SparseKernels _narrower;

    /// <summary>Kernels that leave matrices whose rows are no whole vectors to <paramref name="narrower"/>.</summary>
    private protected VectorKernels(SparseKernels narrower) => _narrower = narrower;

    internal override SparseKernels ForStride(int stride) => stride % TIsa.Count == 0 ? this : _narrower.ForStride(stride);

    internal override void Forward(SparseLayer layer, ActivationMatrix input, ActivationMatrix output, int first, int end) =>
        Run(new ForwardPass(layer, input, output, first, end), input.Batch);

    internal override void Backward(
        SparseLayer layer, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix? inputDelta, float* gradients, int first, int end)
    {
        if (inputDelta is not null)
            NativeMemory.Clear(inputDelta.Pointer + (long)first * inputDelta.Stride, (nuint)(end - first) * (nuint)inputDelta.Stride * sizeof(float));
        Run(new BackwardPass(layer, input, delta, inputDelta, gradients, first, end), input.Batch);
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

    // Walks the batch in tiles of eight vectors and covers what remains with smaller ones; the last vector may be part padding.
    private static void Run<TPass>(in TPass pass, int batch) where TPass : struct, ITilePass
    {
        var (sample, vectors) = (0, (batch + TIsa.Count - 1) / TIsa.Count);
        for (; vectors >= 8; vectors -= 8, sample += 8 * TIsa.Count)
            pass.Run<TilePair<TilePair<TilePair<Tile1<TIsa, TVector>, TIsa, TVector>, TIsa, TVector>, TIsa, TVector>>(sample);
        if ((vectors & 4) != 0)
        {
            pass.Run<TilePair<TilePair<Tile1<TIsa, TVector>, TIsa, TVector>, TIsa, TVector>>(sample);
            sample += 4 * TIsa.Count;
        }
        if ((vectors & 2) != 0)
        {
            pass.Run<TilePair<Tile1<TIsa, TVector>, TIsa, TVector>>(sample);
            sample += 2 * TIsa.Count;
        }
        if ((vectors & 1) != 0) pass.Run<Tile1<TIsa, TVector>>(sample);
    }

    private interface ITilePass
    {
        void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>;
    }

    private readonly struct ForwardPass(SparseLayer layer, ActivationMatrix input, ActivationMatrix output, int first, int end) : ITilePass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = layer.Topology.RowStarts, columns = layer.Topology.Columns;
            float* values = layer.Values.Pointer, biases = layer.Biases.Pointer;
            float* x = input.Pointer + sample, z = output.Pointer + sample;
            nint stride = input.Stride;
            for (nint row = first; row < end; row++)
            {
                var tile = TTile.Create(TIsa.Create(biases[row]));
                nint rowEnd = starts[row + 1];
                for (nint position = starts[row]; position < rowEnd; position++)
                    tile = TTile.MultiplyAdd(TIsa.Create(values[position]), x + columns[position] * stride, tile);
                TTile.Store(z + row * stride, tile);
            }
        }
    }

    private readonly struct BackwardPass(
        SparseLayer layer, ActivationMatrix input, ActivationMatrix delta, ActivationMatrix? inputDelta, float* gradients, int first, int end) : ITilePass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            int* starts = layer.Topology.RowStarts, columns = layer.Topology.Columns;
            var values = layer.Values.Pointer;
            float* x = input.Pointer + sample, dz = delta.Pointer + sample, dx = inputDelta is null ? null : inputDelta.Pointer + sample;
            nint stride = input.Stride, rows = layer.Topology.OutputCount;
            var isWhole = first == 0 && end == layer.Topology.InputCount;
            for (nint row = 0; row < rows; row++)
            {
                var (position, rowEnd) = ((nint)starts[row], (nint)starts[row + 1]);
                if (!isWhole)
                {
                    position = LowerBound(columns, (int)position, (int)rowEnd, first);
                    rowEnd = LowerBound(columns, (int)position, (int)rowEnd, end);
                }
                var tile = TTile.Load(dz + row * stride);
                for (; position + 4 <= rowEnd; position += 4)
                {
                    var a = Connect(tile, x, dx, columns[position] * stride, values[position]);
                    var b = Connect(tile, x, dx, columns[position + 1] * stride, values[position + 1]);
                    var c = Connect(tile, x, dx, columns[position + 2] * stride, values[position + 2]);
                    var d = Connect(tile, x, dx, columns[position + 3] * stride, values[position + 3]);
                    var sums = TIsa.Sums(a, b, c, d);
                    if (sample > 0) sums += Vector128.Load(gradients + position);
                    sums.Store(gradients + position);
                }
                for (; position < rowEnd; position++)
                {
                    // As above, so that a sum is rounded the same way wherever a range of columns begins.
                    var a = Connect(tile, x, dx, columns[position] * stride, values[position]);
                    var sum = TIsa.Sums(a, TIsa.Zero, TIsa.Zero, TIsa.Zero).ToScalar();
                    gradients[position] = sample > 0 ? sum + gradients[position] : sum;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Connect<TTile>(in TTile tile, float* x, float* dx, nint offset, float value)
            where TTile : struct, IVectorTile<TTile, TVector>
        {
            if (dx is not null) TTile.AddTo(dx + offset, TIsa.Create(value), tile);
            return TTile.Dot(x + offset, tile);
        }
    }

    // One vector of parameters. v <- (mu c) v - eta g; w <- (1 - lambda) w + ahead v + direct g.
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
            TIsa.Store(velocities, velocity);
            TIsa.Store(values, TIsa.MultiplyAdd(_ahead, velocity, value));
        }
    }
}
