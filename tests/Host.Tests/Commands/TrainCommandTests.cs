using System.Text.Json;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;

namespace ActorSparse.Host.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_becomes_a_run_folder()
    {
        var outcome = Train("run", "--epochs", "3", "--json", "--checkpoint-every", "2").AssertDone();
        using var json = JsonDocument.Parse(outcome.Output);
        foreach (var name in (string[])["test_accuracy", "best_test_accuracy", "train_seconds", "evaluate_seconds", "evolve_seconds",
            "epochs", "updates",
            "samples_per_second", "connections", "peak_memory_bytes", "mode", "workers", "seed", "run_folder"])
            Assert.NotEqual(JsonValueKind.Null, json.RootElement.GetProperty(name).ValueKind);
        Assert.Equal(3, json.RootElement.GetProperty("epochs").GetInt32());
        Assert.Equal(3 * 5, json.RootElement.GetProperty("updates").GetInt32()); // 80 of 100 samples in batches of 16
        Assert.Equal(_folder.At("run"), json.RootElement.GetProperty("run_folder").GetString());
        Assert.Equal(3, outcome.Error.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));

        Assert.Equal(["checkpoints", "config.json", "events.log", "metrics.csv", "metrics.jsonl", "report.html"],
            Directory.GetFileSystemEntries(_folder.At("run")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal(["best.safetensors", "epoch-2.safetensors", "last.safetensors"],
            Directory.GetFiles(_folder.At("run", "checkpoints")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        using var last = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("run")));
        Assert.Equal((3, 0), (last.State!.Epoch, last.State.Batch));
        var stored = RunConfiguration.FromJson(File.ReadAllText(_folder.At("run", "config.json")), "config.json");
        Assert.Equal("3", stored.Values["epochs"]);
        Assert.Equal("2-12-8-2", stored.Values["layers"]);
    }

    [Fact]
    public void A_run_that_is_over_is_left_as_it_is_when_resumed()
    {
        Train("run", "--epochs", "2", "--quiet").AssertDone();
        var (metrics, network) = (File.ReadAllText(_folder.At("run", "metrics.jsonl")),
            File.ReadAllBytes(RunFolder.LastCheckpointOf(_folder.At("run"))));
        var resumed = Call.Of("train", "--resume", "--out", _folder.At("run")).AssertDone();
        Assert.Contains("finished", resumed.Error + resumed.Output, StringComparison.Ordinal);
        Assert.Equal(metrics, File.ReadAllText(_folder.At("run", "metrics.jsonl")));
        Assert.Equal(network, File.ReadAllBytes(RunFolder.LastCheckpointOf(_folder.At("run"))));
    }

    [Fact]
    public void Quiet_prints_nothing_and_json_one_line()
    {
        var outcome = Train("run", "--epochs", "1", "--quiet", "--json").AssertDone();
        Assert.Equal("", outcome.Error);
        Assert.Single(outcome.Output.Trim().Split('\n'));
    }

    [Fact]
    public void A_run_learns_and_its_checkpoint_evaluates_to_the_same_accuracy()
    {
        var run = Train("run", "--mode", "sequential", "--epochs", "60", "--quiet", "--json", "--learning-rate", "0.1", "--dropout",
            "0").AssertDone();
        using var json = JsonDocument.Parse(run.Output);
        var best = json.RootElement.GetProperty("best_test_accuracy").GetDouble();
        Assert.True(best >= 0.8, $"accuracy {best}");
        using var evaluated = JsonDocument.Parse(Call.Of("evaluate", _folder.At("run"), "--json").AssertDone().Output);
        Assert.Equal(best, evaluated.RootElement.GetProperty("test_accuracy").GetDouble());
    }

    [Fact]
    public void An_existing_run_is_refused_and_left_alone()
    {
        Train("run", "--epochs", "1").AssertDone();
        var before = Content(_folder.At("run"));
        Train("run", "--epochs", "2").AssertRefused(_folder.At("run"), "--resume", "--force");
        Assert.Equal(before, Content(_folder.At("run")));
        Train("run", "--epochs", "2", "--force").AssertDone();
        Assert.Equal(2, MetricsFile.Read(_folder.At("run")).Count);
    }

    [Fact]
    public void Rounds_that_do_not_go_into_phase_two_are_refused_before_anything_is_written()
    {
        Train("run", "--epochs", "2", "--mode", "wasap", "--phase-two", "0.5", "--rounds", "3").AssertRefused("3 rounds");
        Assert.False(Directory.Exists(_folder.At("run")));
        Train("run", "--epochs", "1").AssertDone();
        var before = Content(_folder.At("run"));
        Train("run", "--epochs", "2", "--mode", "wasap", "--phase-two", "0.5", "--rounds", "3", "--force").AssertRefused("3 rounds");
        Assert.Equal(before, Content(_folder.At("run")));
    }

    [Fact]
    public void A_run_has_the_name_of_its_samples_or_asks_for_one()
    {
        Directory.CreateDirectory(_folder.At("sets", "pets"));
        var table = _folder.WriteSamples(Path.Combine("sets", "pets.csv"), 100);
        string[] options = ["--layers", "2-4-2", "--epochs", "1", "--runs", _folder.At("runs"), "--quiet"];
        Call.Of(["train", "--train", Path.Combine(_folder.At("sets"), "pets", "..", "pets.csv"), .. options]).AssertDone();
        Assert.Equal([_folder.At("runs", "pets")], Directory.GetFileSystemEntries(_folder.At("runs")));
        // Named by the folder itself, not by the dot.
        Call.Of(["train", "--train", Path.Combine(_folder.At("sets"), "pets", "."), .. options])
            .AssertRefused(_folder.At("runs", "pets"), "exists already");
        File.Move(table, _folder.At(".hidden.csv"));
        foreach (var nameless in (string[])[_folder.At(".hidden.csv"), "/", ""])
            Call.Of(["train", "--train", nameless, .. options]).AssertRefused($"train '{nameless}'", "--name");
        Call.Of(["train", "--train", _folder.At(".hidden.csv"), "--name", "hidden", .. options]).AssertDone();
    }

    [Fact]
    public void Force_replaces_runs_only()
    {
        Directory.CreateDirectory(_folder.At("precious"));
        File.WriteAllText(_folder.At("precious", "thesis.txt"), "years of work");
        Train("precious", "--force").AssertRefused("is no run folder");
        Assert.True(File.Exists(_folder.At("precious", "thesis.txt")));
        foreach (var foreign in (string[])["{\"model_type\":\"bert\"}", "{\"settings\":{\"hidden_size\":768}}", "[1]", ""])
        {
            File.WriteAllText(_folder.At("precious", "config.json"), foreign);
            Train("precious", "--force").AssertRefused("is no run folder");
            Assert.Equal(foreign, File.ReadAllText(_folder.At("precious", "config.json")));
        }
        Assert.True(File.Exists(_folder.At("precious", "thesis.txt")));
    }

    [Fact]
    public void A_run_is_written_by_one_process_at_a_time()
    {
        Train("run", "--epochs", "1").AssertDone();
        using (RunFolder.Open(_folder.At("run")))
        {
            Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "2").AssertRefused("another process");
            Train("run", "--force").AssertRefused("another process");
        }
        Assert.Single(MetricsFile.Read(_folder.At("run")));
    }

    [Fact]
    public void A_finished_run_goes_on_for_more_epochs()
    {
        Train("run", "--epochs", "2").AssertDone();
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "4").AssertDone();
        Assert.Equal([1, 2, 3, 4], MetricsFile.Read(_folder.At("run")).Select(row => row.Epoch));
    }

    [Fact]
    public void A_resumed_run_keeps_what_decides_its_result()
    {
        Train("run", "--epochs", "1").AssertDone();
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epsilon", "3").AssertRefused("epsilon is 3, but the run began with 2",
            "epochs");
        _folder.WriteSamples("samples.csv", 100, seed: 2);
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "2").AssertRefused("samples.csv", "not those that the run");
        Call.Of("train", "--resume", "--out", _folder.At("absent")).AssertRefused("absent", "no run to resume");
        File.Delete(RunFolder.LastCheckpointOf(_folder.At("run")));
        Call.Of("train", "--resume", "--out", _folder.At("run")).AssertRefused("no checkpoint to resume from");
    }

    [Fact]
    public void Numbers_that_diverge_end_the_run_with_the_last_good_checkpoint()
    {
        var outcome = Train("run", "--epochs", "50", "--learning-rate", "1e30", "--json", "--quiet");
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Contains("diverged", outcome.Error);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("failed", json.RootElement.GetProperty("status").GetString());
    }

    // The losses of the batches are finite to the end.
    [Theory]
    [InlineData("wasap")]
    [InlineData("wssp")]
    [InlineData("sequential")]
    public void A_loss_on_the_test_samples_that_is_not_finite_ends_the_run_in_one_line(string mode)
    {
        _folder.Write("huge.csv", "3e38,3e38,0\n3e38,-3e38,1\n");
        var outcome = Train("run", "--test", _folder.At("huge.csv"), "--epochs", "20", "--mode", mode, "--quiet");
        Assert.Equal(ExitCodes.Failed, outcome.ExitCode);
        Assert.Matches("^actorsparse: training diverged in epoch [0-9]+: the loss on the test samples is .*\n$", outcome.Error);
    }

    // A folder stands where the checkpoint of epoch 3 should go, and the log of events takes nothing.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_checkpoint_that_cannot_be_written_does_not_end_training(bool isLogFull)
    {
        if (isLogFull && !File.Exists("/dev/full")) return;
        string[] mode = ["--mode", "wasap", "--workers", "2", "--phase-two", "0", "--checkpoint-every", "3"];
        Train("run", ["--epochs", "2", .. mode]).AssertDone();
        Directory.CreateDirectory(_folder.At("run", "checkpoints", "epoch-3.safetensors"));
        var log = _folder.At("run", "events.log");
        if (isLogFull)
        {
            File.Delete(log);
            File.CreateSymbolicLink(log, "/dev/full");
        }
        var resumed = Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "5").AssertDone();
        Assert.Matches("(?m)^checkpoint [0-9]+ was not written: .*epoch-3.*goes on", resumed.Output);
        Assert.Contains("checkpoints are written again", resumed.Output);
        if (isLogFull) Assert.Single(resumed.Output.Split('\n'), line => line.Contains("events.log cannot be written", StringComparison.Ordinal));
        else Assert.Matches("CheckpointFailed: checkpoint [0-9]+ was not written: .*epoch-3", File.ReadAllText(log));
        Assert.Equal([1, 2, 3, 4, 5], MetricsFile.Read(_folder.At("run")).Select(row => row.Epoch));
        using var last = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At("run")));
        Assert.Equal(5, last.State!.Epoch);
    }

    // So that one epoch is enough to learn something.
    private Call Train(string name, params string[] more)
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 100);
        return Call.Of(["train", "--train", _folder.At("samples.csv"), "--layers", "2-12-8-2", "--epsilon", "2", "--batch-size", "16",
            "--threads", "1", .. more.Contains("--learning-rate") ? (string[])[] : ["--learning-rate", "0.1", "--dropout", "0", "--seed", "3"],
            .. more.Contains("--mode") ? (string[])[] : ["--mode", "sequential"],
            "--out", _folder.At(name), .. more]);
    }

    private static Dictionary<string, string> Content(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));
}
