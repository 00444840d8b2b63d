using ActorSparse.Model.Compute;
using ActorSparse.Model.Coordination;
using ActorSparse.Model.Kernels;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Tests.Numerics;

namespace ActorSparse.Model.Tests.Compute;

public sealed class DropoutTests
{
    public static TheoryData<string> Variants() => [.. SparseKernels.Available.Select(kernels => kernels.Name)];

    [Theory, MemberData(nameof(Variants))]
    public void Every_variant_keeps_exactly_what_the_definition_says(string name)
    {
        var function = new NeuronFunction(ActivationKind.Identity, 0, Dropout.At(0.37f, key: 99, layer: 3));
        foreach (var batch in new[] { 1, 4, 8, 16, 17, 64, 100, 128 })
        {
            using var activations = new ActivationMatrix(77, batch);
            using var kept = new BitPlane(activations);
            for (var neuron = 0; neuron < 77; neuron++) activations.Row(neuron).Fill(2);
            var kernels = SparseKernels.Named(name).ForStride(activations.Stride);
            kernels.Activate(function, activations, null, kept, 0, 30);
            kernels.Activate(function, activations, null, kept, 30, 77);
            for (var neuron = 0; neuron < 77; neuron++)
            {
                for (var sample = 0; sample < batch; sample++)
                {
                    var isKept = (function.Dropout.KeptBits(neuron, sample / 16) >> (sample % 16) & 1) != 0;
                    Assert.Equal(isKept ? 2 * function.Dropout.Scale : 0, activations.Row(neuron)[sample]);
                }
            }
        }
    }

    [Fact]
    public void The_rate_of_drops_is_the_rounded_rate_in_every_layer_neuron_and_sample()
    {
        foreach (var asked in new[] { 0.0001f, 0.1f, 0.3f, 0.5f, 0.9f, 0.9999f })
        {
            var dropout = Dropout.At(asked, key: 7, layer: 1);
            var rate = 1 - 1 / (double)dropout.Scale; // that of which the expectation stays
            Assert.Equal(asked, rate, 1 / 256.0);
            Assert.InRange(rate, 1 / 257.0, 1 - 1 / 257.0);
            const int Neurons = 4000, Blocks = 8;
            var bySample = new int[Blocks * 16];
            for (var neuron = 0; neuron < Neurons; neuron++)
            {
                for (var block = 0; block < Blocks; block++)
                {
                    var kept = dropout.KeptBits(neuron, block);
                    Assert.Equal(kept, dropout.KeptByte(neuron, 2 * block) | dropout.KeptByte(neuron, 2 * block + 1) << 8);
                    for (var bit = 0; bit < 16; bit++)
                        if ((kept >> bit & 1) == 0) bySample[block * 16 + bit]++;
                }
            }
            Assert.All(bySample, count => Randomness.AssertBinomial(count, Neurons, rate));
            Randomness.AssertBinomial(bySample.Sum(), bySample.Length * Neurons, rate);
        }
    }

    [Fact]
    public void Masks_of_layers_and_keys_are_independent()
    {
        var masks = new[] { Dropout.At(0.5f, 1, 0), Dropout.At(0.5f, 1, 1), Dropout.At(0.5f, 2, 0) };
        for (var first = 0; first < masks.Length; first++)
        {
            for (var second = first + 1; second < masks.Length; second++)
            {
                var agreements = Enumerable.Range(0, 10_000)
                    .Sum(neuron => 16 - int.PopCount(masks[first].KeptBits(neuron, 0) ^ masks[second].KeptBits(neuron, 0)));
                Randomness.AssertBinomial(agreements, 160_000, 0.5);
            }
        }
    }

    [Fact]
    public void Scale_makes_up_for_what_is_dropped_and_bad_rates_are_refused()
    {
        Assert.Equal(256 / 179f, Dropout.At(0.3f, 0, 0).Scale);
        Assert.False(Dropout.At(0, 5, 0).IsActive);
        foreach (var rate in new[] { -0.1f, 1f, float.NaN }) Assert.Throws<ArgumentOutOfRangeException>(() => Dropout.At(rate, 0, 0));
    }
}
