using ActorSparse.Actors;
using ActorSparse.Model;
using ActorSparse.Model.Data;
using ActorSparse.Model.Training;

namespace ActorSparse.Library.Tests;

public sealed class TrainerTests : IDisposable
{
    private static readonly Trainer s_trainer = new() { HiddenLayers = [12, 9], Epochs = 6, Threads = 1 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_worker_gives_the_bits_of_training_without_actors()
    {
        using var data = Samples();
        using var alone = s_trainer.Train(data);
        using var worker = await s_trainer.TrainAsync(data, workers: 1);
        alone.Save(_folder.At("alone"));
        worker.Save(_folder.At("worker"));
        Assert.Equal(File.ReadAllBytes(_folder.At("alone")), File.ReadAllBytes(_folder.At("worker")));
        Assert.Equal(6, worker.Epochs.Count);
        Assert.Equal(alone.Epochs.Select(epoch => epoch.Loss), worker.Epochs.Select(epoch => epoch.Loss));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keeps_the_network_that_was_best_on_validation_samples(bool hasActors)
    {
        using var data = Samples(new() { ValidationShare = 0.3 });
        var seen = new List<EpochMetrics>();
        // Such a rate spoils a good network now and then.
        var trainer = s_trainer with { Epochs = 15, LearningRate = 0.08, OnEpoch = seen.Add };
        using var network = hasActors ? await trainer.TrainAsync(data, workers: 2) : trainer.Train(data);
        Assert.Equal(seen, network.Epochs);
        Assert.All(seen, epoch => Assert.Equal(EvaluationRole.Validation, epoch.EvaluatedOn));
        Assert.Equal(seen.Max(epoch => epoch.TestScore), network.Evaluate(data.Validation!).Score);
    }

    [Fact]
    public void A_saved_network_predicts_as_it_did()
    {
        using var data = DataSource.Load(new() { Train = _folder.WriteBars("bars.csv", 300, seed: 1) });
        using var network = (s_trainer with { Epochs = 12 }).Train(data);
        network.Save(_folder.At("network.safetensors"));
        using var loaded = TrainedNetwork.Load(_folder.At("network.safetensors"));
        var (before, after) = (network.Predict(data.Test), loaded.Predict(data.Test));
        Assert.Equal(before.Select(prediction => prediction.Outputs["row"]), after.Select(prediction => prediction.Outputs["row"]));
        var right = before.Zip(data.Test.Labels).Count(pair => pair.First.ClassIndex == pair.Second);
        Assert.Equal(network.Evaluate(data.Test).Score, (double)right / data.Test.SampleCount);

        // One sample as a program has it: in the units of the file.
        float[] row = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var one = loaded.Predict(row);
        Assert.Equal("row", one.Class);
        Assert.Equal(["column", "diagonal", "row"], one.Outputs.Keys.Order());
        Assert.Equal(1, one.Outputs.Values.Sum(), 1e-5);
    }

    [Fact]
    public void Many_threads_may_ask_at_a_time_and_nobody_afterwards()
    {
        using var data = Samples();
        var network = (s_trainer with { Epochs = 1 }).Train(data);
        var expected = network.Predict(data.Test);
        Parallel.For(0, 8, thread =>
        {
            var predictions = network.Predict(data.Test);
            for (var sample = 0; sample < expected.Count; sample++)
                Assert.Equal(expected[sample].Outputs, predictions[sample].Outputs);
            Assert.Equal(expected[thread].Outputs, network.Predict(data.Test.Select([thread]))[0].Outputs);
            network.Save(_folder.At($"network-{thread}"));
        });
        network.Dispose();
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.Predict(data.Test));
    }

    [Fact]
    public void Real_targets_come_in_their_units()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 600).Select(_ => 1000 * random.NextSingle()).ToArray();
        float[] prices = [.. values.Chunk(2).Select(sample => 1000 + (50 * sample[0] - 20 * sample[1]) / 1000)];
        using var data = DataSource.Prepare(DenseDataset.CopyOf("houses", values, 2, new RealTargets(prices, 1) { Names = ["price"] }));
        using var network = (s_trainer with { HiddenLayers = [50], Epochs = 30, LearningRate = 0.02, Dropout = 0 }).Train(data);
        var prediction = network.Predict([1000, 0]);
        Assert.InRange(prediction.Outputs["price"], 1035, 1065);
        Assert.Null(prediction.Class);
    }

    private const string BatchNorm =
        """{"input":"3","nodes":[{"operator":"linear","outputs":4},{"operator":"batch-norm"},{"operator":"linear","outputs":2}]}""";

    [Fact]
    public void What_cannot_be_used_is_one_line()
    {
        using var data = Samples();
        using var network = (s_trainer with { Epochs = 1 }).Train(data);
        Assert.Equal("a sample of 2 features; expected 3", Refusal(() => network.Predict([1, 2])));
        Assert.Equal(
            "a sample: feature 1 of sample 0 (counted from 0) is NaN; expected a finite number", Refusal(() => network.Predict([1, float.NaN, 3])));
        Assert.Contains("dropout 1", Refusal(() => (s_trainer with { Dropout = 1 }).Train(data)), StringComparison.Ordinal);
        Assert.Contains("expected validation samples", Refusal(() => (s_trainer with { Patience = 2 }).Train(data)), StringComparison.Ordinal);
        foreach (var (trainer, expected) in (IEnumerable<(Trainer, string)>)[
            (s_trainer with { BatchSize = 0 }, "batch size 0: expected at least 1"),
            (s_trainer with { Threads = 0 }, "threads 0: expected at least 1"),
            (s_trainer with { Network = "nonsense" }, "neither a JSON object nor a name; expected one of resnet-20, "),
            (s_trainer with { Network = """{"input":"3","nodes":[{"operator":"relu"}]}""" }, "the network has no connections"),
            (s_trainer with { Network = BatchNorm, BatchSize = 1 }, "batch size 1: batch-norm-2 has one number a channel")])
            Assert.Contains(expected, Refusal(() => trainer.Train(data)), StringComparison.Ordinal);
        Assert.Equal("workers 0: expected at least 1", Refusal(() => s_trainer.Job(data, 0)));
        Assert.Contains("no images", Refusal(() => (s_trainer with { Network = "resnet-20" }).Train(data)), StringComparison.Ordinal);
        var path = _folder.Write("no.safetensors", "no network at all");
        Assert.StartsWith(path, Refusal(() => TrainedNetwork.Load(path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_ends_it(bool hasActors)
    {
        using var data = Samples();
        using var stop = new CancellationTokenSource();
        var trainer = s_trainer with { Epochs = 100_000, OnEpoch = _ => stop.Cancel() };
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            using var network = hasActors ? await trainer.TrainAsync(data, 2, stop.Token) : trainer.Train(data, stop.Token);
        });
    }

    private static string Refusal(Action action)
    {
        var message = Assert.Throws<InvalidInputException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    // Two classes of three features, which overlap a little.
    private static DataPair Samples(DataOptions? options = null)
    {
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, 200).Select(sample => sample % 2)];
        float[] values = [.. labels.SelectMany(label => Enumerable.Range(0, 3).Select(_ => label + 2 * random.NextSingle()))];
        return DataSource.Prepare(DenseDataset.CopyOf("mine", values, 3, new ClassTargets(labels, 2)), options);
    }
}
