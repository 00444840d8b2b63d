using System.Globalization;
using System.Runtime.Intrinsics;
using ActorSparse.Model.Compute;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Parameters;

namespace ActorSparse.Model.Tests.Compute;

public sealed unsafe class HalfActivationsTests
{
    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var kernels in SparseKernels.Available.Where(kernels => kernels.Name != "scalar"))
            foreach (var (batch, capacity) in new[] { (1, 32), (31, 32), (33, 64), (128, 128), (77, 128), (256, 256), (300, 320) })
                cases.Add(kernels.Name, batch, capacity);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Products_of_halves_are_those_of_the_numbers_they_stand_for_bit_for_bit(string name, int batch, int capacity)
    {
        var (layer, biases) = SparseSamples.Layer(40, 23, 0.3, new RandomSource(1).Stream("layer"));
        using var ownedLayer = layer;
        using var ownedBiases = biases;
        var random = new RandomSource(2).Stream("batch");
        using ActivationMatrix x = new(40, capacity), dz = new(23, capacity), z = new(23, capacity), dx = new(40, capacity);
        using ActivationMatrix expectedZ = new(23, capacity), expectedDx = new(40, capacity);
        foreach (var matrix in new[] { x, dz, z, dx, expectedZ, expectedDx }) SparseSamples.FillBatch(matrix, batch, random);
        var kernels = SparseKernels.Named(name).ForStride(x.Stride);
        Assert.True(kernels.CanHalve(x));
        using HalfActivations halfX = new(x), halfDz = new(dz);
        Halve(x, halfX);
        Halve(dz, halfDz);
        using NativeBuffer<float> gradients = new(layer.Topology.ConnectionCount), expected = new(layer.Topology.ConnectionCount);

        // Padding takes part in sums over whole vectors, which go in pairs.
        foreach (var matrix in new[] { x, dz, expectedZ, expectedDx }) matrix.SetBatch(RoundUp(batch));
        kernels.Forward(layer, biases, halfX, z, 0, 23);
        kernels.Forward(layer, biases, x, expectedZ, 0, 23);
        AssertEqual(expectedZ, z);
        kernels.Differentiate(layer.Topology, x, dz, expected.Pointer, 0, 23);
        kernels.Differentiate(layer.Topology, halfX, halfDz, gradients.Pointer, 0, 23);
        Assert.Equal(expected.Span.ToArray(), gradients.Span.ToArray());
        using var index = new TransposedIndex(layer.Topology);
        gradients.Clear();
        kernels.Propagate(layer, index, dz, expectedDx, 0, 40);
        kernels.DifferentiateAndPropagate(layer, index, halfX, halfDz, dx, gradients.Pointer, 0, 17);
        kernels.DifferentiateAndPropagate(layer, index, halfX, halfDz, dx, gradients.Pointer, 17, 40);
        AssertEqual(expectedDx, dx);
        Assert.Equal(expected.Span.ToArray(), gradients.Span.ToArray());

        int Lanes() => int.Parse(kernels.Name, CultureInfo.InvariantCulture) / 32;

        int RoundUp(int samples) => (samples + 2 * Lanes() - 1) / (2 * Lanes()) * 2 * Lanes();

        // Makes halves, and the matrix what they stand for.
        void Halve(ActivationMatrix matrix, HalfActivations halves)
        {
            kernels.Halve(matrix, halves, 0, matrix.Neurons / 2);
            kernels.Halve(matrix, halves, matrix.Neurons / 2, matrix.Neurons);
            var lanes = Lanes();
            for (var neuron = 0; neuron < matrix.Neurons; neuron++)
            {
                var row = new Span<float>(matrix.Pointer + (long)neuron * matrix.Stride, matrix.Capacity);
                for (var sample = 0; sample < RoundUp(batch); sample++)
                {
                    var (pair, lane) = Math.DivRem(sample, 2 * lanes);
                    var word = BitConverter.SingleToUInt32Bits(halves.Pointer[(long)neuron * halves.Stride + pair * lanes + lane % lanes]);
                    row[sample] = BitConverter.UInt32BitsToSingle(lane < lanes ? word << 16 : word);
                }
            }
        }
    }

    [Fact]
    public void Halves_are_the_nearest()
    {
        var random = new RandomSource(3).Stream("numbers");
        for (var round = 0; round < 20_000; round++)
        {
            float low = Number(), high = Number();
            var words = Isa128.Halve(Vector128.Create(low), Vector128.Create(high));
            var word = BitConverter.SingleToUInt32Bits(words[0]);
            Assert.Equal(HalfPrecisionOf(low), word & 0xFFFF);
            Assert.Equal(Isa128.LowHalf(words)[0], BitConverter.UInt32BitsToSingle(word << 16));
            // At most half of the last place of the upper half away.
            Assert.Equal(high < 0, words[0] < 0);
            Assert.InRange(Math.Abs((int)(word & 0x7FFF_FFFF) - (BitConverter.SingleToInt32Bits(high) & 0x7FFF_FFFF)), 0, 0x8000);
        }

        float Number() => MathF.ScaleB(random.NextSingle() * 2 - 1, (int)(random.NextUInt32() % 40) - 20);
    }

    [Fact]
    public void Zero_stays_next_to_nothing_and_what_is_not_finite_is_seen()
    {
        Assert.Equal(0, Isa128.LowHalf(Isa128.Halve(Vector128<float>.Zero, Vector128<float>.One))[0]);
        foreach (var low in new[] { 0f, 1f, -3e38f })
            Assert.InRange(Math.Abs(Isa128.Halve(Vector128.Create(low), Vector128<float>.Zero)[0]), 0, 1.1e-19f);
        foreach (var number in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.False(float.IsFinite(Isa128.Halve(Vector128<float>.One, Vector128.Create(number))[0]));
            Assert.False(float.IsFinite(Isa128.LowHalf(Isa128.Halve(Vector128.Create(number), Vector128<float>.One))[0]));
        }
    }

    [Theory, InlineData(1, 61), InlineData(3, 61), InlineData(2, 33), InlineData(2, 40), InlineData(2, 5)]
    public void A_step_is_close_to_one_in_full_whatever_the_threads_and_candidates_get_the_same_bits(int threads, int batch)
    {
        // A function without a bend: a sample next to one may fall on either side.
        var spec = new NetworkSpec { LayerSizes = [150, 120, 131, 5], HiddenActivation = Activation.Parse("tanh") };
        using var network = SparseSamples.Network(spec, 0.13, seed: 8);
        using GradientSet full = Gradients(FloatFormat.Full, 1), single = Gradients(FloatFormat.Bf16, 1);
        using var several = Gradients(FloatFormat.Bf16, threads);
        for (var block = 0; block < full.Sparse.Count; block++)
        {
            Assert.Equal(single.Sparse[block].Span.ToArray(), several.Sparse[block].Span.ToArray());
            var (norm, difference) = (0.0, 0.0);
            for (var index = 0; index < full.Sparse[block].Length; index++)
            {
                norm += Math.Pow(full.Sparse[block][index], 2);
                difference += Math.Pow(full.Sparse[block][index] - single.Sparse[block][index], 2);
            }
            // Roundings of 8 bits, which are there: without them the two would be equal.
            Assert.InRange(Math.Sqrt(difference / norm), 1e-5, 0.05);
        }

        GradientSet Gradients(FloatFormat format, int threads)
        {
            using var workspace = new Workspace(spec, 64) { Format = format };
            using var compute = new NetworkCompute(SparseKernels.Available[0], threads);
            var gradients = new GradientSet(network.Parameters);
            var random = new RandomSource(9).Stream("training");
            // What a fuller batch leaves behind must not count.
            SparseSamples.FillBatch(workspace.Input, 64, random);
            compute.ForwardTraining(network, workspace, 0.3f, dropoutKey: 2);
            compute.Backward(network, workspace, SparseSamples.Labels(64, 5, random), gradients, []);
            SparseSamples.FillBatch(workspace.Input, batch, random);
            var labels = SparseSamples.Labels(batch, 5, random);
            compute.ForwardTraining(network, workspace, 0.3f, dropoutKey: 1);
            compute.Backward(network, workspace, labels, gradients, []);
            for (var block = 0; block < gradients.Sparse.Count; block++)
            {
                using var again = new NativeBuffer<float>(gradients.Sparse[block].Length);
                compute.Differentiate(network.Parameters.Sparse[block].Topology, workspace, block, again);
                Assert.Equal(gradients.Sparse[block].Span.ToArray(), again.Span.ToArray());
            }
            return gradients;
        }
    }

    private static uint HalfPrecisionOf(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number);
        return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }

    private static void AssertEqual(ActivationMatrix expected, ActivationMatrix actual)
    {
        for (var neuron = 0; neuron < expected.Neurons; neuron++)
            Assert.Equal(expected.Row(neuron)[..actual.Batch].ToArray(), actual.Row(neuron).ToArray());
    }
}
