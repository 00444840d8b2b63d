using System.Text.Json;
using System.Text.Json.Nodes;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Runs that diverge, once or twice, and what the last lines say of runs that learnt little.</summary>
public sealed class DivergenceTests : IDisposable
{
    // Three epochs that learn, then 22 times the rate: too much, but half of that is not, with these samples held out.
    private static readonly string[] s_onceTooFast = ["--learning-rate", "0.05", "--schedule", "step:3:22", "--epochs", "5", "--data-seed", "3"];

    // Too much in any case.
    private static readonly string[] s_farTooFast = ["--learning-rate", "0.05", "--schedule", "step:3:1e9", "--epochs", "6"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    [InlineData("wssp")]
    public void A_run_that_diverges_once_goes_on_at_half_the_learning_rate_also_when_it_is_resumed(string mode)
    {
        var outcome = Train(mode, s_onceTooFast).AssertDone();
        Assert.Matches(
            "training diverged in epoch 4: the loss is .*; going on after epoch 3 at half the learning rate\n", outcome.Output);
        Assert.Contains("Retried: training diverged in epoch 4", Events(), StringComparison.Ordinal);
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "6", "--quiet").AssertDone();
        var rows = MetricsFile.Read(_folder.At("run"));
        Assert.Equal([1, 2, 3, 4, 5, 6], rows.Select(row => row.Epoch));
        Assert.Equal([0.05, 0.05, 0.05, 0.55, 0.55, 0.55], rows.Select(row => Math.Round(row.LearningRate, 9)));
        Assert.Equal(Enumerable.Range(1, 6).Select(epoch => 5L * epoch), rows.Select(row => row.Updates));
        using var last = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("run")));
        Assert.Equal((6, 0.5, rows.Min(row => row.Loss)), (last.State!.Epoch, last.State.RateScale, last.State.BestEpochLoss));
        Assert.Equal(rows.Count + 1, File.ReadAllLines(_folder.At("run", "metrics.csv")).Length);
    }

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    [InlineData("wssp")]
    public void A_run_that_diverges_twice_fails_in_one_line_and_keeps_its_checkpoints(string mode)
    {
        var outcome = Train(mode, [.. s_farTooFast, "--quiet", "--json"]);
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Matches("^actorsparse: training diverged .*\n$", outcome.Error);
        Assert.Single(Events().Split('\n'), line => line.Contains("Retried: ", StringComparison.Ordinal));
        using var last = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("run")));
        Assert.Equal((3, 1.0), (last.State!.Epoch, last.State.RateScale));
        Assert.True(File.Exists(_folder.At("run", "checkpoints", "best.safetensors")));
        Assert.Equal([1, 2, 3], MetricsFile.Read(_folder.At("run")).Select(row => row.Epoch));
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("failed", json.RootElement.GetProperty("status").GetString());
        Assert.InRange(json.RootElement.GetProperty("updates").GetInt32(), 16, 20);
    }

    [Theory]
    [InlineData("sequential")]
    [InlineData("wssp")]
    public void A_run_that_fails_in_its_first_epoch_says_how_many_updates_it_made(string mode)
    {
        var outcome = Train(mode, ["--learning-rate", "1e4", "--schedule", "constant", "--epochs", "5"]);
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Contains("beginning again at half the learning rate", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("\nfailed in epoch 1 after [1-5] updates\n", outcome.Output);
        Assert.False(File.Exists(RunFolder.LastCheckpointOf(_folder.At("run"))));
    }

    // A network that is dead although an epoch had been good, as the checkpoint of both lives has it.
    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    [InlineData("wssp")]
    public void A_network_that_fell_back_to_a_constant_guess_has_diverged(string mode)
    {
        Train(mode, ["--learning-rate", "1e-9", "--epochs", "2"]);
        var path = RunFolder.LastCheckpointOf(_folder.At("run"));
        using (var last = CheckpointFile.Load(path))
        {
            foreach (var layer in last.Network.Parameters.Sparse) layer.Values.Span.Clear();
            CheckpointFile.Save(path, last with { State = last.State! with { BestEpochLoss = 0.3 } });
        }
        var outcome = Resume("--epochs", "4");
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Matches(
            "epoch 3: the network fell back to a constant guess: .*; going on after epoch 2 at half the learning rate\n", outcome.Output);
        Assert.Matches("^actorsparse: training diverged in epoch 3: the network fell back to a constant guess: .*\n$", outcome.Error);
        Assert.Equal([1, 2], MetricsFile.Read(_folder.At("run")).Select(row => row.Epoch));
    }

    [Fact]
    public void An_accuracy_far_below_the_best_is_said_with_what_to_use()
    {
        Train("sequential", ["--epochs", "3", "--learning-rate", "0.05"]);
        Change(0, row => (row["best_test_accuracy"], row["test_accuracy"]) = (0.4, 0.4));
        Change(1, row => (row["best_test_accuracy"], row["test_accuracy"]) = (0.95, 0.95));
        Change(2, row => (row["best_test_accuracy"], row["test_accuracy"]) = (0.95, 0.85));
        var outcome = Resume().AssertDone();
        Assert.Matches(
            "\nfinished: test accuracy 0.8500, far below the best 0.9500 after epoch 2 \\(use checkpoints/best.safetensors\\); [0-9.]+ s of training\n",
            outcome.Output);
        using var json = JsonDocument.Parse(Resume("--json", "--quiet").AssertDone().Output);
        Assert.StartsWith("far below the best", json.RootElement.GetProperty("warning").GetString(), StringComparison.Ordinal);
        Change(2, row => row["test_accuracy"] = 0.91);
        Assert.Matches("\nfinished: test accuracy 0.9100, best 0.9500 after epoch 2; [0-9.]+ s of training\n", Resume().Output);
    }

    [Fact]
    public void A_run_that_learnt_nothing_has_failed_unless_its_loss_is_better_than_that_of_a_guess()
    {
        Train("sequential", ["--epochs", "2", "--learning-rate", "0.05"]);
        // One of the classes has that share, if not both.
        Change(0, row => (row["best_test_accuracy"], row["test_accuracy"]) = (0.5, 0.5));
        Change(1, row => (row["best_test_accuracy"], row["test_accuracy"], row["test_loss"]) = (0.5, 0.5, 0.69));
        var outcome = Resume("--json");
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Matches(
            "actorsparse: training learnt nothing: test accuracy 0.5000 is no better than guessing the most frequent class \\(0\\.[5-9]..0\\); "
            + "another learning rate or more epochs may help\n", outcome.Error);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("failed", json.RootElement.GetProperty("status").GetString());
        Assert.StartsWith("training learnt nothing", json.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Change(1, row => row["test_loss"] = 0.5);
        Assert.Matches(
            "\nfinished: test accuracy 0.5000, no better than guessing the most frequent class \\(.*\\) although the loss is \\(0.5000, .*best ",
            Resume().AssertDone().Output);
    }

    [Fact]
    public void A_run_that_lost_what_it_had_learnt_has_failed_whatever_its_loss()
    {
        Train("sequential", ["--epochs", "2", "--learning-rate", "0.05"]);
        Change(0, row => (row["best_test_accuracy"], row["test_accuracy"]) = (0.9, 0.9));
        Change(1, row => (row["best_test_accuracy"], row["test_accuracy"], row["test_loss"]) = (0.9, 0.5, 0.5));
        var outcome = Resume();
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Matches(
            "actorsparse: training lost what it had learnt: test accuracy 0.5000 is no better than guessing the most frequent class \\(.*\\), "
            + "far below the best 0.9000 after epoch 1 \\(use checkpoints/best.safetensors\\)\n", outcome.Error);
    }

    private Call Train(string mode, string[] options) => Call.Of(
        ["train", "--train", _folder.WriteSamples("samples.csv", 100), "--layers", "2-12-8-2", "--epsilon", "2", "--batch-size", "16",
        "--dropout", "0", "--optimizer", "sgd", "--clip-norm", "0", "--activation", "all-relu", "--rule", "set",
        "--initializer", "he-uniform", "--weight-decay", "0.0002", "--threads", "1", "--kernels", "scalar", "--out", _folder.At("run"), "--mode", mode, .. options,
        .. mode == "sequential" ? (string[])[] : ["--workers", "1", "--phase-two", "0"]]);

    private Call Resume(params string[] options) => Call.Of(["train", "--resume", "--out", _folder.At("run"), .. options]);

    private string Events() => File.ReadAllText(_folder.At("run", "events.log"));

    // A run that is over is not trained when it is resumed, and tells what its rows say.
    private void Change(int index, Action<JsonNode> change)
    {
        var path = _folder.At("run", "metrics.jsonl");
        var lines = File.ReadAllLines(path);
        var row = JsonNode.Parse(lines[index])!;
        change(row);
        lines[index] = row.ToJsonString();
        File.WriteAllLines(path, lines);
    }
}
