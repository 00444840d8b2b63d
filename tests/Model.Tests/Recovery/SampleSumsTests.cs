using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public class SampleSumsTests
{
    private static readonly Gates s_gates = Gates.Of(SparseVector.Of(3, [1, 0, -1, -1, 2, 1]));

    [Fact]
    public void Products_with_the_sensing_matrix_are_those_computed_by_hand()
    {
        var point = SparseVector.Of(3, [0, 1.5, 0, 0, 0, -2]);
        // Without targets the residual is A w.
        using var data = SmallProblem.Data(0, 0, 0, 0, 0, 0, 0, 0);
        using var sums = new SampleSums(data);
        var answer = sums.Compute(Ask(data, SumKind.Blocks, point) with { Neurons = [0, 1] }).ToArray();
        Assert.Equal([25 + 4 + 16 + 2.25 + 4 + 4, 2, 11.5, -5, 11, 2, -19], answer);
        Assert.Equal([25 + 4 + 16 + 2.25 + 4 + 4, 11.5, -19], sums.Compute(Ask(data, SumKind.SupportGradient, point)).ToArray());
        Assert.Equal([11.5, -19], sums.Compute(Ask(data, SumKind.Gram, point)).ToArray());

        // With targets A w there is none.
        using var fitted = SmallProblem.Data(5, -2, -4, -1.5, 0, -2, -2, 0);
        using var other = new SampleSums(fitted);
        Assert.All(other.Compute(Ask(fitted, SumKind.Blocks, point) with { Neurons = [0, 1] }).ToArray(), sum => Assert.Equal(0, sum));
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(300, 7, 5, 2)]
    [InlineData(1000, 13, 21, 3)]
    public void Products_are_those_of_the_matrix_made_in_full(int samples, int features, int neurons, int seed)
    {
        var random = new RandomSource((ulong)seed).Stream("test");
        using var data = Draw(samples, features, random);
        foreach (var gates in (Gates[])[Gates.Random(5), Gates.Of(Sparse(features, neurons, 0.5, random))])
        {
            var matrix = Matrix(data, gates, neurons);
            var point = Sparse(features, neurons, 0.3, random);
            var residual = matrix.Select((row, sample) => row.Select((a, index) => a * point[index]).Sum() - data.Target(sample)).ToArray();
            using var sums = new SampleSums(data, threads: 2);
            var answer = sums.Compute(Ask(data, SumKind.Blocks, point, gates) with { Neurons = [.. Enumerable.Range(0, neurons)] }).ToArray();
            AssertClose(residual.Sum(value => value * value), answer[0]);
            for (var index = 0; index < features * neurons; index++) AssertClose(Column(matrix, index, residual), answer[1 + index]);

            var support = sums.Compute(Ask(data, SumKind.SupportGradient, point, gates)).ToArray();
            var product = matrix.Select(row => row.Select((a, index) => a * point[index]).Sum()).ToArray();
            var gram = sums.Compute(Ask(data, SumKind.Gram, point, gates)).ToArray();
            for (var entry = 0; entry < point.Count; entry++)
            {
                AssertClose(Column(matrix, (int)point.Indices[entry], residual), support[1 + entry]);
                AssertClose(Column(matrix, (int)point.Indices[entry], product), gram[entry]);
            }
            // <A w, A w> = <w, A^T A w>
            AssertClose(product.Sum(value => value * value), Enumerable.Range(0, point.Count).Sum(entry => point.Values[entry] * gram[entry]));
        }
    }

    [Fact]
    public void Sums_do_not_depend_on_threads_nor_on_who_holds_which_chunks()
    {
        var random = new RandomSource(4).Stream("test");
        using var data = Draw(256 * 5 + 40, 9, random, chunkTiles: 1);
        var gates = Gates.Random(3);
        var request = Ask(data, SumKind.Blocks, Sparse(9, 12, 0.3, random), gates) with { Neurons = [.. Enumerable.Range(0, 12)] };
        using var alone = new SampleSums(data);
        var expected = alone.Compute(request).ToArray();
        foreach (var threads in (int[])[2, 3])
        {
            using var sums = new SampleSums(data, threads);
            Assert.Equal(expected, sums.Compute(request).ToArray());
        }
        foreach (var borders in (int[][])[[0, 6], [0, 3, 6], [0, 1, 2, 3, 4, 5, 6], [0, 5, 6], [0, 2, 3, 6]])
        {
            var all = new NodeTree(6);
            for (var holder = 0; holder + 1 < borders.Length; holder++)
            {
                using var sums = new SampleSums(data, 1, borders[holder], borders[holder + 1]);
                foreach (var node in sums.ComputeNodes(request, borders[holder], borders[holder + 1])) all.Add(node);
            }
            Assert.Equal(expected, all.Root);
        }
    }

    [Fact]
    public void A_batch_is_summed_over_its_own_samples()
    {
        var random = new RandomSource(4).Stream("test");
        using var data = Draw(256 * 3, 4, random, chunkTiles: 1);
        var (gates, point) = (Gates.Random(3), Sparse(4, 5, 0.5, random));
        using var sums = new SampleSums(data);
        double Loss(int first, int count) =>
            sums.Compute(Ask(data, SumKind.SupportGradient, point, gates) with { FirstChunk = first, ChunkCount = count })[0];
        Assert.Equal(Loss(0, 3), Loss(0, 1) + Loss(1, 1) + Loss(2, 1), 1e-9);
        Assert.True(Loss(1, 2) < Loss(0, 3));
    }

    // What another process asks is read at the places that it names.
    [Fact]
    public void A_question_that_is_not_about_these_samples_is_refused()
    {
        var random = new RandomSource(4).Stream("test");
        using var data = Draw(256 * 3, 4, random, chunkTiles: 1);
        var point = Sparse(4, 5, 0.5, random);
        var good = Ask(data, SumKind.Blocks, point) with { Neurons = [0, 2] };
        good = good with { Gates = Gates.Of(point) };
        var output = SparseVector.Of(1, [1]);
        var vector = good with { Kind = SumKind.VectorCurvature, Gates = null, OutputPoint = output, Blocks = point, OutputBlocks = output };
        Order(good).CheckFits(data);
        Order(vector).CheckFits(data);
        var other = Sparse(5, 5, 0.5, random);
        SumRequest[] wrong =
        [
            good with { Point = other }, good with { Gates = Gates.Of(other) }, good with { Gates = null }, good with { OutputPoint = output },
            good with { FirstChunk = -1 }, good with { ChunkCount = 0 }, good with { FirstChunk = 1 }, good with { ChunkCount = int.MaxValue },
            good with { FirstChunk = int.MaxValue, ChunkCount = int.MaxValue }, good with { Neurons = new int[1 << 20] },
            vector with { Blocks = other }, vector with { Blocks = null }, vector with { OutputBlocks = null }, vector with { OutputPoint = point },
            vector with { OutputBlocks = SparseVector.Of(2, [1, 1]) }, vector with { Gates = Gates.Random(1) },
        ];
        Assert.All(wrong, request => Assert.Throws<ArgumentException>(() => request.CheckFits(data)));
        Assert.All(
            (ShareOrder[])[Order(good) with { FirstChunk = -1 }, Order(good) with { EndChunk = 0 }, Order(good) with { EndChunk = 4 }],
            order => Assert.Throws<ArgumentException>(() => order.CheckFits(data)));

        static ShareOrder Order(SumRequest request) => new(1, 0, 0, 3, request);
    }

    // As it is of questions that came from another process.
    [Fact]
    public void Gates_and_points_are_known_again_by_what_they_are()
    {
        var random = new RandomSource(4).Stream("test");
        using var data = Draw(300, 4, random);
        var point = Sparse(4, 5, 0.5, random);
        using var sums = new SampleSums(data);
        var request = Ask(data, SumKind.SupportGradient, point, Gates.Of(Sparse(4, 5, 0.5, random)));
        var expected = sums.Compute(request).ToArray();
        var copy = request with { Point = Copy(point), Gates = Gates.Of(Copy(request.Gates!.Generators!)) };
        Assert.True(copy.Gates!.IsSame(request.Gates));
        Assert.Equal(expected, sums.Compute(copy).ToArray());
        var next = copy with { Point = point.With([.. point.Values.ToArray().Select(value => 2 * value)]) };
        Assert.NotEqual(expected, sums.Compute(next).ToArray());
        Assert.False(Gates.Random(1).IsSame(Gates.Random(2)));
        Assert.False(Gates.Random(1).IsSame(request.Gates));
        Assert.False(request.Gates.IsSame(Gates.Random(1)));

        static SparseVector Copy(SparseVector vector) => new(vector.BlockLength, vector.Indices.ToArray(), vector.Values.ToArray());
    }

    // Of gates by h = 0 no sample is on, a scale changes none, and a generator is the same whatever it is drawn for.
    [Fact]
    public void Gates_go_by_the_direction_of_their_generators()
    {
        var random = new RandomSource(4).Stream("test");
        using var data = Draw(300, 4, random);
        using var sums = new SampleSums(data);
        var (generators, point) = (Sparse(4, 3, 1, random), Sparse(4, 3, 1, random));
        double[] Blocks(Gates gates, params int[] neurons) =>
            sums.Compute(Ask(data, SumKind.Blocks, point, gates) with { Neurons = neurons })[1..].ToArray();
        var scaled = generators.With([.. generators.Values.ToArray().Select(value => value * 4)]);
        Assert.Equal(Blocks(Gates.Of(generators), 0, 1, 2), Blocks(Gates.Of(scaled), 0, 1, 2));
        Assert.All(Blocks(Gates.Of(SparseVector.Of(4, [0, 0, 0, 0, 1, 0, 0, 0])), 0, 2), value => Assert.Equal(0, value));

        var drawn = new float[4];
        Gates.Random(7).Draw(5, 4, drawn, 1);
        var again = new float[8];
        Gates.Random(7).Draw(5, 4, again, 2);
        Assert.Equal(drawn, again.Where((_, place) => place % 2 == 0));
        Gates.Random(7).Draw(6, 4, again, 2);
        Assert.NotEqual(drawn, again.Where((_, place) => place % 2 == 0));
        // Asked for alone or among others.
        Assert.Equal(Blocks(Gates.Random(7), 0, 1, 2)[8..], Blocks(Gates.Random(7), 2));
    }

    private static SumRequest Ask(RecoveryData data, SumKind kind, SparseVector point, Gates? gates = null) =>
        new(kind, point) { Gates = gates ?? s_gates, ChunkCount = data.Chunks.Count };

    internal static RecoveryData Draw(int samples, int features, RandomStream random, int chunkTiles = 0, int outputs = 1)
    {
        var data = new RecoveryData(samples, features, outputs, chunkTiles);
        for (var sample = 0; sample < samples; sample++)
        {
            for (var feature = 0; feature < features; feature++) data.Feature(sample, feature) = (float)random.NextGaussian();
            for (var output = 0; output < outputs; output++) data.Target(sample, output) = random.NextGaussian();
        }
        return data;
    }

    internal static SparseVector Sparse(int features, int neurons, double density, RandomStream random) => SparseVector.Of(
        features, [.. Enumerable.Range(0, features * neurons).Select(_ => random.NextDouble() < density ? random.NextGaussian() : 0)]);

    private static double[][] Matrix(RecoveryData data, Gates gates, int neurons)
    {
        var features = data.FeatureCount;
        var generators = new double[neurons][];
        for (var neuron = 0; neuron < neurons; neuron++)
        {
            var drawn = new float[features];
            if (gates.Seed is not null) gates.Draw(neuron, features, drawn, 1);
            generators[neuron] = [.. Enumerable.Range(0, features)
                .Select(feature => gates.Generators is { } vector ? vector[(long)neuron * features + feature] : drawn[feature])];
        }
        return [.. Enumerable.Range(0, data.SampleCount).Select(sample => Enumerable.Range(0, neurons * features).Select(index =>
        {
            var own = generators[index / features];
            return Enumerable.Range(0, features).Sum(feature => own[feature] * data.Feature(sample, feature)) > 0
                ? (double)data.Feature(sample, index % features) : 0;
        }).ToArray())];
    }

    private static double Column(double[][] matrix, int column, double[] values) => matrix.Select((row, sample) => row[column] * values[sample]).Sum();

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-12 * Math.Max(1, Math.Abs(expected)), $"{actual:R}, expected {expected:R}");
}
