using ActorSparse.Model.Compute;
using ActorSparse.Model.Networks;
using ActorSparse.Model.Numerics;
using ActorSparse.Model.Training;

namespace ActorSparse.Model.Tests.Training;

public class EvaluatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(64)]
    public void Loss_accuracy_and_confusion_are_those_of_every_sample_whatever_the_batch_size(int batchSize)
    {
        using var data = TestData.Clusters(50, seed: 4);
        using var network = Network.Create(TestData.Spec, new RandomSource(2));
        using var compute = new NetworkCompute();
        using var workspace = new Workspace(TestData.Spec, batchSize);
        var confusion = new int[3, 3];
        double loss = 0;
        var next = 0;
        Evaluator.Predict(compute, network, data, workspace, (sample, predicted, outputs) =>
        {
            Assert.Equal(next++, sample);
            Assert.Equal(outputs.ToArray().Max(), outputs[predicted]);
            Assert.Equal(1, outputs.ToArray().Sum(), 1e-5);
            confusion[data.Labels[sample], predicted]++;
            loss -= Math.Log(outputs[data.Labels[sample]]) / 50;
        });
        var evaluation = Assert.IsType<ClassEvaluation>(Evaluator.Evaluate(compute, network, data, workspace));
        Assert.Equal(50, next);
        Assert.Equal(confusion, evaluation.ConfusionMatrix);
        Assert.Equal((confusion[0, 0] + confusion[1, 1] + confusion[2, 2]) / 50.0, evaluation.Score);
        Assert.Equal(loss, evaluation.MeanLoss, 1e-4);
    }

    [Fact]
    public void A_single_output_separates_two_classes_at_a_half()
    {
        using var output = new ActivationMatrix(1, 3);
        new[] { 0.4999f, 0.5f, 0.9f }.CopyTo(output.Row(0));
        Assert.Equal([0, 1, 1], Enumerable.Range(0, 3).Select(sample => Predictions.Class(output, sample)));
        Assert.Equal(2, Predictions.CountCorrect(output, [0, 0, 1]));
    }

    [Fact]
    public void Class_weights_come_from_the_data_or_the_text()
    {
        using var data = TestData.Clusters(60, seed: 4);
        var counts = data.Labels.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value).ToArray();
        Assert.Equal(counts.Select(count => 60f / 3 / count), ClassWeights.Balanced.For(data, 3));
        Assert.Equal([1f, 2.5f, 0f], ClassWeights.Parse("1,2.5,0").For(data, 3));
        Assert.Empty(ClassWeights.None.For(data, 3));
        foreach (var text in new[] { "", "1,x", "-1,1", "1,,2", "equal" })
            Assert.Contains($"'{text}'", Assert.Throws<InvalidInputException>(() => ClassWeights.Parse(text)).Message,
                StringComparison.Ordinal);
        Assert.Contains("2 weights", Assert.Throws<InvalidInputException>(
            () => ClassWeights.Parse("1,2").For(data, 3)).Message, StringComparison.Ordinal);
    }
}
