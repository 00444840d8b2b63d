using ActorSparse.Model.Compute;
using ActorSparse.Model.Data;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;
using ActorSparse.Tests.Support;

namespace ActorSparse.Model.Tests.Training;

/// <summary>Measures and guesses of real targets and label sets, against the formulas.</summary>
public sealed class EvaluationTests : IDisposable
{
    private readonly NetworkCompute _compute = new();

    public void Dispose() => _compute.Dispose();

    [Fact]
    public void Errors_of_real_targets_are_in_their_own_units()
    {
        var (evaluation, predictions, data) = Evaluate<RealEvaluation>(TargetKind.Real);
        var (targets, n) = ((RealTargets)data.Targets, data.SampleCount);
        for (var target = 0; target < 2; target++)
        {
            var actual = Enumerable.Range(0, n).Select(sample => (double)targets.Values[2 * sample + target]).ToArray();
            var said = predictions.Select(outputs => targets.Standardization!.Restore(target, outputs[target]));
            var errors = said.Zip(actual, (value, right) => value - right).ToArray();
            var mean = actual.Average();
            Assert.Equal(Math.Sqrt(errors.Average(error => error * error)), evaluation.Targets[target].RootMeanSquaredError, 1e-9);
            Assert.Equal(errors.Average(Math.Abs), evaluation.Targets[target].MeanAbsoluteError, 1e-9);
            Assert.Equal(1 - errors.Sum(error => error * error) / actual.Sum(value => (value - mean) * (value - mean)),
                evaluation.Targets[target].R2!.Value, 1e-5);
        }
        Assert.Equal(evaluation.Targets.Average(target => target.R2!.Value), evaluation.R2, 1e-12);
        // Of several targets together, in deviations: twice the loss, which is half the squared errors of both.
        Assert.Equal(Math.Sqrt(evaluation.MeanLoss), evaluation.Score, 1e-4);
        Assert.Equal([evaluation.MeanAbsoluteError, evaluation.R2], evaluation.Further);
    }

    [Fact]
    public void Labels_count_by_hits_and_misses_and_samples_by_whole_sets()
    {
        var (evaluation, predictions, data) = Evaluate<LabelEvaluation>(TargetKind.LabelSets);
        var sets = (LabelSets)data.Targets;
        int[] hits = new int[3], predicted = new int[3], actual = sets.CountSamples();
        var exact = 0;
        for (var sample = 0; sample < data.SampleCount; sample++)
        {
            var said = Enumerable.Range(0, 3).Where(label => predictions[sample][label] >= 0.5f).ToArray();
            foreach (var label in said)
            {
                predicted[label]++;
                if (sets.Of(sample).Contains(label)) hits[label]++;
            }
            if (said.SequenceEqual(sets.Of(sample).ToArray())) exact++;
        }
        Assert.Equal(2.0 * hits.Sum() / (predicted.Sum() + actual.Sum()), evaluation.Score, 1e-12);
        Assert.Equal(
            Enumerable.Range(0, 3).Average(label => 2.0 * hits[label] / (predicted[label] + actual[label])), evaluation.MacroF1, 1e-12);
        Assert.Equal(exact / (double)data.SampleCount, evaluation.ExactMatch);
        Assert.Equal([evaluation.MacroF1, evaluation.ExactMatch], evaluation.Further);
    }

    [Fact]
    public void A_label_that_nobody_has_and_a_target_that_is_constant_do_not_count()
    {
        Assert.Equal(0.5, HitCounts.MeanF1([new(1, 1, 1), default]));
        Assert.Equal(0, HitCounts.MeanF1([default]));
        Assert.Equal(0.25, new RealEvaluation(2, 0, [new(1, 1, 0.25), new(1, 1, null)], 1, 1).R2);
        Assert.Equal(0, new RealEvaluation(2, 0, [new(1, 1, null)], 1, 1).R2);
        var classes = new ClassEvaluation(6, 0, new[,] { { 2, 1, 0 }, { 0, 3, 0 }, { 0, 0, 0 } });
        Assert.Equal((4.0 / 5 + 6.0 / 7) / 2, classes.MacroF1, 1e-12);
    }

    [Fact]
    public void A_batch_and_an_evaluation_say_the_same_of_the_same_outputs()
    {
        foreach (var kind in (TargetKind[])[TargetKind.Real, TargetKind.LabelSets])
        {
            var (evaluation, predictions, data) = Evaluate<Evaluation>(kind);
            using var output = new ActivationMatrix(predictions[0].Length, data.SampleCount);
            output.SetBatch(data.SampleCount);
            for (var sample = 0; sample < data.SampleCount; sample++)
                for (var neuron = 0; neuron < predictions[sample].Length; neuron++) output.Row(neuron)[sample] = predictions[sample][neuron];
            int[] all = [.. Enumerable.Range(0, data.SampleCount)];
            var (sum, weight) = OutputMeasure.ScoreOf(data.Targets, output, data.Targets.Gather(all, new()));
            Assert.Equal(evaluation.Score, evaluation.ScoreKind.Of(sum, weight), 1e-4 * evaluation.Score);
        }
    }

    [Fact]
    public void The_best_guess_of_real_targets_is_their_mean()
    {
        var spec = TestJob.Create().WithTargets(TargetKind.Real).Spec;
        using var data = TinyData.Create(TargetKind.Real, 300, 8, 5);
        Assert.Equal((1, ScoreKind.RootMeanSquaredError), (GuessLoss.Of(spec, data, []).Alike, GuessLoss.Of(spec, data, []).ScoreKind));
        Assert.Equal(1, GuessLoss.Of(spec, data, []).Best, 1e-5);
        using var one = new DenseDataset("one", new NativeBuffer<float>(4), 1, new RealTargets([1, 3, 3, 5], 1));
        var guess = GuessLoss.Of(spec with { LayerSizes = [1, 1] }, one, []);
        Assert.Equal((1, Math.Sqrt(2)), (guess.Best, guess.Score));
        Assert.True(guess.IsBeatenBy(1.4) && !guess.IsBeatenBy(1.4, 1.05) && !guess.IsBeatenBy(1.5));
        using var constant = new DenseDataset("constant", new NativeBuffer<float>(4), 1, new RealTargets([3, 3, 3, 3], 1));
        guess = GuessLoss.Of(spec with { LayerSizes = [1, 1] }, constant, []);
        Assert.Equal((0.5, 0, true), (guess.Alike, guess.Best, guess.IsPerfect));
    }

    [Fact]
    public void The_best_guess_of_label_sets_has_the_share_of_each_label()
    {
        var spec = TestJob.Create().WithTargets(TargetKind.LabelSets).Spec with { LayerSizes = [1, 2] };
        using var data = new DenseDataset("sets", new NativeBuffer<float>(4), 1, new LabelSets([0, 1, 3, 4, 4], [0, 0, 1, 0], 2));
        var guess = GuessLoss.Of(spec, data, []);
        Assert.Equal(2 * Math.Log(2), guess.Alike, 1e-12);
        double Entropy(double share) => -share * Math.Log(share) - (1 - share) * Math.Log(1 - share);
        Assert.Equal(Entropy(0.75) + Entropy(0.25), guess.Best, 1e-12);
        Assert.Equal(6.0 / 8, guess.Score, 1e-12); // label 0 for everyone: 3 hits, 1 false alarm, 1 miss
    }

    [Fact]
    public void Smoothed_labels_move_the_best_guess_towards_an_even_one()
    {
        using var data = TestData.Clusters(90, seed: 4, classes: 3);
        var (plain, smooth) = (GuessLoss.Of(TestData.Spec, data, []), GuessLoss.Of(TestData.Spec with { LabelSmoothing = 0.5 }, data, []));
        Assert.Equal(Math.Log(3), smooth.Alike, 1e-12);
        Assert.InRange(smooth.Best, plain.Best, smooth.Alike);
        var shares = data.Labels.CountBy(label => label).Select(pair => pair.Value / 180.0 + 1 / 6.0);
        Assert.Equal(-shares.Sum(share => share * Math.Log(share)), smooth.Best, 1e-6);
    }

    private (T Evaluation, List<float[]> Predictions, Dataset Data) Evaluate<T>(TargetKind kind) where T : Evaluation
    {
        var spec = TestJob.Create().WithTargets(kind).Spec;
        var data = TinyData.Create(kind, 77, 8, 3);
        using var network = Network.Create(spec, new RandomSource(5));
        using var workspace = new Workspace(spec, 16);
        var predictions = new List<float[]>();
        Evaluator.Predict(_compute, network, data, workspace, (_, _, outputs) => predictions.Add(outputs.ToArray()));
        return (Assert.IsAssignableFrom<T>(Evaluator.Evaluate(_compute, network, data, workspace)), predictions, data);
    }
}
