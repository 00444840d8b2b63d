using System.Runtime.CompilerServices;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;
using ActorSparse.Model.Sparse;

namespace ActorSparse.Model.Kernels;

/// <content>What the products gather: samples as they are, or in 16 bits.</content>
internal abstract unsafe partial class VectorKernels<TIsa, TVector>
{
    private interface ISampleFormat
    {
        /// <summary>Floats that a number of samples, a multiple of two vectors, take.</summary>
        static abstract nint FloatsOf(int samples);

        static abstract TTile Load<TTile>(float* x) where TTile : struct, IVectorTile<TTile, TVector>;

        static abstract TTile MultiplyAdd<TTile>(TVector factor, float* x, in TTile tile) where TTile : struct, IVectorTile<TTile, TVector>;

        static abstract TVector Dot<TTile>(float* x, in TTile tile) where TTile : struct, IVectorTile<TTile, TVector>;
    }

    internal override bool CanHalve(ActivationMatrix matrix) =>
        !matrix.IsGrouped && InPairs(matrix.Capacity) <= matrix.Stride;

    internal override void Halve(ActivationMatrix matrix, HalfActivations target, int first, int end)
    {
        var whole = matrix.Batch / (2 * TIsa.Count) * (2 * TIsa.Count);
        if (whole > 0) Run(new HalvingPass(matrix, target, first, end), whole);
        if (whole == matrix.Batch) return;
        // What is beyond the batch takes part in sums over whole vectors of words.
        var (low, high) = (BitsOf(matrix.Batch - whole), BitsOf(matrix.Batch - whole - TIsa.Count));
        var to = target.Pointer + HalfSamples.FloatsOf(whole);
        for (nint neuron = first; neuron < end; neuron++)
        {
            var x = matrix.Pointer + whole + neuron * matrix.Stride;
            TIsa.Store(to + neuron * target.Stride, TIsa.Halve(
                TIsa.Select(low, TIsa.Load(x), TIsa.Zero), TIsa.Select(high, TIsa.Load(x + TIsa.Count), TIsa.Zero)));
        }

        static uint BitsOf(int lanes) => lanes <= 0 ? 0 : lanes >= TIsa.Count ? uint.MaxValue : (1u << lanes) - 1;
    }

    internal override void Forward(
        SparseBlock weights, DenseBlock biases, HalfActivations input, ActivationMatrix output, int first, int end) =>
        Run(new ForwardPass<HalfSamples>(weights, biases, new(input), output, first, end), InPairs(input.Batch));

    internal override void Differentiate(
        Topology topology, HalfActivations input, HalfActivations delta, float* gradients, int first, int end) =>
        Run(
            new GradientPass<HalfSamples>(topology, new(input), new(delta), gradients, first, end), InPairs(input.Batch),
            MostGradientVectors);

    internal override void DifferentiateAndPropagate(
        SparseBlock weights, TransposedIndex index, HalfActivations input, HalfActivations delta, ActivationMatrix inputDelta,
        float* gradients, int first, int end) =>
        RunColumns<HalfSamples>(
            weights, index, new(input), new(delta), inputDelta, gradients, first, end, InPairs(input.Batch));

    // Samples of whole vectors of words: the last may be part padding.
    private static int InPairs(int batch) => (batch + 2 * TIsa.Count - 1) / (2 * TIsa.Count) * (2 * TIsa.Count);

    private readonly struct Samples<TFormat> where TFormat : struct, ISampleFormat
    {
        private readonly float* _pointer;

        internal Samples(ActivationMatrix matrix)
        {
            _pointer = matrix.Pointer;
            Stride = matrix.Stride;
        }

        internal Samples(HalfActivations halves)
        {
            _pointer = halves.Pointer;
            Stride = halves.Stride;
        }

        /// <summary>Floats from one neuron to the next.</summary>
        internal nint Stride { get; }

        /// <summary>The first neuron's samples from number <paramref name="sample"/> on.</summary>
        internal float* At(int sample) => _pointer + TFormat.FloatsOf(sample);
    }

    private readonly struct WholeSamples : ISampleFormat
    {
        public static nint FloatsOf(int samples) => samples;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TTile Load<TTile>(float* x) where TTile : struct, IVectorTile<TTile, TVector> => TTile.Load(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TTile MultiplyAdd<TTile>(TVector factor, float* x, in TTile tile) where TTile : struct, IVectorTile<TTile, TVector> =>
            TTile.MultiplyAdd(factor, x, tile);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Dot<TTile>(float* x, in TTile tile) where TTile : struct, IVectorTile<TTile, TVector> => TTile.Dot(x, tile);
    }

    private readonly struct HalfSamples : ISampleFormat
    {
        public static nint FloatsOf(int samples) => samples / 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TTile Load<TTile>(float* x) where TTile : struct, IVectorTile<TTile, TVector> => TTile.LoadHalves(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TTile MultiplyAdd<TTile>(TVector factor, float* x, in TTile tile) where TTile : struct, IVectorTile<TTile, TVector> =>
            TTile.MultiplyAdd(factor, TTile.LoadHalves(x), tile);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Dot<TTile>(float* x, in TTile tile) where TTile : struct, IVectorTile<TTile, TVector> =>
            TTile.Dot(TTile.LoadHalves(x), tile);
    }

    private readonly struct HalvingPass(ActivationMatrix source, HalfActivations target, int first, int end) : ITilePass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TTile>(int sample) where TTile : struct, IVectorTile<TTile, TVector>
        {
            float* from = source.Pointer + sample, to = target.Pointer + HalfSamples.FloatsOf(sample);
            for (nint neuron = first; neuron < end; neuron++)
                TTile.StoreHalves(to + neuron * target.Stride, TTile.Load(from + neuron * source.Stride));
        }
    }
}
