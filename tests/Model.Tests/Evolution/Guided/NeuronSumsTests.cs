using ActorSparse.Model.Compute;
using ActorSparse.Model.Evolution.Guided;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Operators;
using ActorSparse.Tests.Support;
using CsCheck;

namespace ActorSparse.Model.Tests.Evolution.Guided;

public class NeuronSumsTests
{
    [Fact]
    public void GraBo_sums_magnitudes_whose_products_bound_the_gradients()
    {
        var sums = Of(Guidance.GraBo, GuidedSamples.Activations, GuidedSamples.Deltas)!;
        Assert.Equal([1, 3, 3], sums.Inputs);
        Assert.Equal([3, 2], sums.Outputs);
        Pairs(37).ForAll(50, (h, delta) =>
        {
            var gradients = GuidedSamples.Gradients(h, delta);
            var bound = Of(Guidance.GraBo, h, delta)!;
            for (var b = 0; b < delta.Length; b++)
                for (var a = 0; a < h.Length; a++)
                    Assert.True(Math.Abs(gradients[b][a]) <= bound.Inputs[a] * bound.Outputs[b] * (1 + 1e-12));
        });
    }

    [Fact]
    public void GraEst_sums_under_signs_that_a_sample_has_on_both_sides()
    {
        AssertSigned([1, 1], [1, 1, 3], [3, 0]);
        AssertSigned([1, -1], [1, 3, -3], [-1, -2]);
        var patterns = new HashSet<string>();
        for (ulong seed = 1; seed <= 64; seed++)
        {
            var sums = Of(Guidance.GraEst, GuidedSamples.Activations, GuidedSamples.Deltas, seed)!;
            patterns.Add(string.Join(',', sums.Inputs) + ';' + string.Join(',', sums.Outputs));
        }
        Assert.Equal(
            ["-1,-1,-3;-3,0", "-1,-3,3;1,2", "1,1,3;3,0", "1,3,-3;-1,-2"],
            patterns.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_mean_of_GraEst_products_over_all_signs_is_the_gradient()
    {
        var (signed, magnitude, _) = MeanProducts(GuidedSamples.Activations, GuidedSamples.Deltas);
        Assert.Equal([[1, 0, 6], [-1, -3, 3]], signed);
        Assert.Equal([[2, 3, 6], [1, 3, 3]], magnitude);
        var (edge, edgeMagnitude, edgeSquare) = MeanProducts([[1, 2]], [[3, -1]]);
        Assert.Equal((1, 5, 25), (edge[0][0], edgeMagnitude[0][0], edgeSquare[0][0] - 1));
        Assert.Equal(12, Of(Guidance.GraBo, [[1, 2]], [[3, -1]])!.Inputs[0] * Of(Guidance.GraBo, [[1, 2]], [[3, -1]])!.Outputs[0]);
        Pairs(10).ForAll(10, (h, delta) =>
        {
            var (mean, absolute, _) = MeanProducts(h, delta);
            var gradients = GuidedSamples.Gradients(h, delta);
            for (var b = 0; b < delta.Length; b++)
            {
                for (var a = 0; a < h.Length; a++)
                {
                    Assert.Equal(gradients[b][a], mean[b][a], 1e-9);
                    Assert.True(absolute[b][a] >= Math.Abs(gradients[b][a]) - 1e-9);
                }
            }
        });
    }

    [Fact]
    public void Signs_of_their_own_on_either_side_estimate_nothing()
    {
        var mean = AllSigns(2).SelectMany(left => AllSigns(2).Select(right => Product(0, 2, left, right))).Average();
        Assert.Equal(0, mean, 1e-12);
    }

    [Fact]
    public void Every_batch_has_signs_of_its_own()
    {
        using var workspace = GuidedSamples.Workspace(GuidedSamples.Random(1, 64, new RandomSource(1).Stream("h")), [new float[64]]);
        using var compute = new NetworkCompute();
        var sums = Enumerable.Range(0, 20).Select(batch => new BatchEvidence(compute, workspace, new RandomSource(1), batch).Sums(Guidance.GraEst, 0)!.Inputs[0]);
        Assert.Equal(20, sums.Distinct().Count());
    }

    [Theory]
    [InlineData(Guidance.GraBo)]
    [InlineData(Guidance.GraEst)]
    public void For_one_sample_the_products_are_the_gradients(Guidance guidance)
    {
        var (h, delta) = RandomPair(5, 1);
        var sums = Of(guidance, h, delta)!;
        var gradients = GuidedSamples.Gradients(h, delta);
        for (var b = 0; b < delta.Length; b++)
            for (var a = 0; a < h.Length; a++)
                Assert.Equal(Math.Abs(gradients[b][a]), Math.Abs(sums.Inputs[a] * sums.Outputs[b]), 1e-12);
    }

    [Theory]
    [InlineData(Guidance.GraBo)]
    [InlineData(Guidance.GraEst)]
    public void Scale_changes_no_proportion(Guidance guidance)
    {
        var (h, delta) = RandomPair(6, 19);
        var sums = Of(guidance, h, delta)!;
        var scaled = Of(guidance, [.. h.Select(row => row.Select(x => 4 * x).ToArray())], [.. delta.Select(row => row.Select(x => x / 8).ToArray())])!;
        Assert.Equal(sums.Inputs.Select(sum => 4 * sum), scaled.Inputs);
        Assert.Equal(sums.Outputs.Select(sum => sum / 8), scaled.Outputs);
    }

    [Fact]
    public void Uniform_guidance_needs_no_sums() => Assert.Null(Of(Guidance.Uniform, GuidedSamples.Activations, GuidedSamples.Deltas));

    private static NeuronSums? Of(Guidance guidance, float[][] activations, float[][] deltas, ulong seed = 1)
    {
        using var h = GuidedSamples.Matrix(activations);
        using var delta = GuidedSamples.Matrix(deltas);
        return NeuronSums.Of(guidance, h.Batch, new RandomSource(seed).Stream("signs"), signs => Sums(h, delta, signs));
    }

    private static NeuronSums Signed(float[][] activations, float[][] deltas, float[] signs)
    {
        using var h = GuidedSamples.Matrix(activations);
        using var delta = GuidedSamples.Matrix(deltas);
        return Sums(h, delta, signs);
    }

    private static void AssertSigned(float[] signs, double[] inputs, double[] outputs)
    {
        var sums = Signed(GuidedSamples.Activations, GuidedSamples.Deltas, signs);
        Assert.Equal(inputs, sums.Inputs);
        Assert.Equal(outputs, sums.Outputs);
    }

    private static double Product(int b, int a, float[] inputSigns, float[] outputSigns) =>
        Signed(GuidedSamples.Activations, GuidedSamples.Deltas, inputSigns).Inputs[a]
        * Signed(GuidedSamples.Activations, GuidedSamples.Deltas, outputSigns).Outputs[b];

    private static (double[][] Signed, double[][] Magnitude, double[][] Square) MeanProducts(float[][] h, float[][] delta)
    {
        var all = AllSigns(h[0].Length).Select(signs => Signed(h, delta, signs)).ToArray();
        double[][] Mean(Func<double, double> function) =>
            [.. delta.Select((_, b) => h.Select((_, a) => all.Average(sums => function(sums.Inputs[a] * sums.Outputs[b]))).ToArray())];
        return (Mean(product => product), Mean(Math.Abs), Mean(product => product * product));
    }

    private static IEnumerable<float[]> AllSigns(int samples) => Enumerable.Range(0, 1 << samples)
        .Select(bits => Enumerable.Range(0, samples).Select(sample => (bits >> sample & 1) == 0 ? 1f : -1f).ToArray());

    private static Gen<(float[][] H, float[][] Delta)> Pairs(int samplesMax) =>
        from samples in Gen.Int[1, samplesMax]
        from h in Gen.Float[-3, 3].Array[samples].Array[1, 4]
        from delta in Gen.Float[-3, 3].Array[samples].Array[1, 3]
        select (h, delta);

    private static (float[][] H, float[][] Delta) RandomPair(ulong seed, int samples)
    {
        var random = new RandomSource(seed).Stream("test");
        return (GuidedSamples.Random(4, samples, random), GuidedSamples.Random(3, samples, random));
    }

    private static NeuronSums Sums(ActivationMatrix h, ActivationMatrix delta, float[] signs)
    {
        var sums = new NeuronSums(new double[h.Neurons], new double[delta.Neurons]);
        GuidanceSums.Sum(h, signs, sums.Inputs);
        GuidanceSums.Sum(delta, signs, sums.Outputs);
        return sums;
    }
}
