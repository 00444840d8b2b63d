using ActorSparse.Model.Numerics;
using ActorSparse.Model.Recovery;

namespace ActorSparse.Model.Tests.Recovery;

public class VectorIhtTests
{
    private static readonly SparseVector s_first = SparseVector.Of(3, [.5, -.25, 1, -1, .75, .5]), s_second = SparseVector.Of(2, [1, -.5, .25, 2]);

    private static readonly double[][] s_targets = [.. Enumerable.Range(0, 8).Select(row => row % 2 == 0 ? (double[])[1, 0] : [0, 1])];

    [Fact]
    public void A_step_along_the_squared_error_is_that_of_the_reference()
    {
        var (first, second) = OneStep(isCrossEntropy: false, 0.005);
        SmallProblem.AssertClose([.4953125, -.2444921875, .996484375, -.98345703125, .740625, .484296875], SmallProblem.Dense(first, 2), 1e-14);
        SmallProblem.AssertClose([.993046875, -.49943359375, .246171875, 1.984765625], SmallProblem.Dense(second, 2), 1e-14);
    }

    [Fact]
    public void A_step_along_cross_entropy_is_that_of_the_reference()
    {
        var (first, second) = OneStep(isCrossEntropy: true, 0.001);
        double[] Change(SparseVector to, SparseVector from) =>
            [.. SmallProblem.Dense(to, 2).Zip(SmallProblem.Dense(from, 2), (after, before) => after - before)];
        SmallProblem.AssertClose([-4.583216676342e-4, 4.887419143710e-4, -3.276249705531e-6, 1.603160298357e-4, -4.012836471580e-4, 1.691612470478e-5],
            Change(first, s_first), 1e-15);
        SmallProblem.AssertClose([-2.364150414e-4, 2.364150414e-4, 2.587546873e-4, -2.587546873e-4], Change(second, s_second), 1e-13);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_are_slopes_of_the_loss_and_curvature_is_theirs_where_gates_stay(bool isCrossEntropy)
    {
        using var data = SmallProblem.Of(SmallProblem.Inputs, s_targets);
        // No sample lies on the edge of a gate.
        var weights = SparseVector.Of(3, [.51, -.27, 1.03, -1.01, .76, .52]);
        using var sums = new SampleSums(data);
        SumRequest Ask(SumKind kind, SparseVector first, SparseVector second) =>
            new(kind, first) { OutputPoint = second, Neurons = [0, 1], IsCrossEntropy = isCrossEntropy, ChunkCount = 1 };
        double Loss(SparseVector first, SparseVector second) => sums.Compute(Ask(SumKind.VectorBlocks, first, second))[0];
        var gradient = sums.Compute(Ask(SumKind.VectorBlocks, weights, s_second))[1..].ToArray();
        const double Step = 1e-6;
        for (var index = 0; index < 10; index++)
        {
            SparseVector Move(SparseVector vector, int entry, double by) =>
                vector.With([.. vector.Values.ToArray().Select((value, place) => place == entry ? value + by : value)]);
            double At(double by) => index < 6 ? Loss(Move(weights, index, by), s_second) : Loss(weights, Move(s_second, index - 6, by));
            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), gradient[index], 1e-6);
        }
        // Along the output weights outputs are linear, so that the second difference is the curvature.
        var direction = s_second.With([0.3, -0.2, 0.5, 0.1]);
        SparseVector Along(double by) => s_second.With([.. s_second.Values.ToArray().Zip(direction.Values.ToArray(), (value, d) => value + by * d)]);
        var curvature = sums.Compute(Ask(SumKind.VectorCurvature, weights, s_second) with { Neurons = [], Blocks = SparseVector.Empty(3), OutputBlocks = direction })[0];
        var second = (Loss(weights, Along(1e-3)) - 2 * Loss(weights, s_second) + Loss(weights, Along(-1e-3))) / 1e-6;
        Assert.Equal(second, curvature, 1e-5);
        // Along the input weights outputs are linear as long as no gate moves.
        var inputs = weights.With([0.3, -0.2, 0.5, 0.1, -0.4, 0.2]);
        SparseVector Shifted(double by) => weights.With([.. weights.Values.ToArray().Zip(inputs.Values.ToArray(), (value, d) => value + by * d)]);
        curvature = sums.Compute(Ask(SumKind.VectorCurvature, weights, s_second) with { Neurons = [], Blocks = inputs, OutputBlocks = SparseVector.Empty(2) })[0];
        second = (Loss(Shifted(1e-3), s_second) - 2 * Loss(weights, s_second) + Loss(Shifted(-1e-3), s_second)) / 1e-6;
        Assert.Equal(second, curvature, 1e-4);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Planted_networks_are_approximated_and_the_budget_is_kept(bool asReference, bool revives)
    {
        double best = 0;
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var network = PlantedNetwork.Draw(10, 5, 20, seed, outputs: 3);
            using var data = network.Sample(1024, seed, chunkTiles: 1);
            using var sums = new SampleSums(data);
            var options = new VectorIhtOptions
            {
                Neurons = 5, Budget = 20, Steps = 60, Seed = seed, RanksByUpdates = asReference, RevivesEveryPass = revives,
                StepSize = asReference ? 0.05 : null,
            };
            var steps = new VectorIht(options, data.Chunks, 10, 3);
            steps.Run(sums);
            Assert.InRange(steps.First.Count + steps.Second.Count, 2, 20);
            best = Math.Max(best, 1 - steps.Losses.Min() / steps.Losses[0]);
        }
        Assert.True(best > 0.5, $"{best}");
    }

    [Fact]
    public void Steps_do_not_depend_on_threads()
    {
        var network = PlantedNetwork.Draw(10, 5, 20, 2, outputs: 3);
        using var data = network.Sample(1024, 2, chunkTiles: 1);
        var options = new VectorIhtOptions { Neurons = 30, Budget = 20, Steps = 5, ChunksPerBatch = 2, RevivesEveryPass = true };
        (SparseVector First, SparseVector Second) Run(int threads)
        {
            using var sums = new SampleSums(data, threads);
            var steps = new VectorIht(options, data.Chunks, 10, 3);
            steps.Run(sums);
            return (steps.First, steps.Second);
        }
        var (expected, actual) = (Run(1), Run(3));
        Assert.True(expected.First.IsSame(actual.First) && expected.Second.IsSame(actual.Second));
    }

    [Fact]
    public void A_block_of_negative_weights_is_not_taken_for_an_empty_one()
    {
        using var data = SmallProblem.Of(SmallProblem.Inputs, s_targets);
        using var sums = new SampleSums(data);
        var negative = SparseVector.Of(3, [-.5, -.25, -1, -1, -.75, -.5]);
        var options = new VectorIhtOptions { Neurons = 2, Budget = 10, Steps = 1, StepSize = 1e-9, KeepsBest = false };
        var steps = new VectorIht(options, data.Chunks, 3, 2, (negative, s_second));
        steps.Run(sums);
        SmallProblem.AssertClose(SmallProblem.Dense(negative, 2), SmallProblem.Dense(steps.First, 2), 1e-6);
    }

    private static (SparseVector First, SparseVector Second) OneStep(bool isCrossEntropy, double size)
    {
        using var data = SmallProblem.Of(SmallProblem.Inputs, s_targets);
        using var sums = new SampleSums(data);
        var options = new VectorIhtOptions { Neurons = 2, Budget = 10, Steps = 1, StepSize = size, IsCrossEntropy = isCrossEntropy, KeepsBest = false };
        var steps = new VectorIht(options, data.Chunks, 3, 2, (s_first, s_second));
        steps.Run(sums);
        return (steps.First, steps.Second);
    }
}
