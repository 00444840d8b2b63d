using System.Text.Json;
using ActorSparse.Host.Runs;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Training;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Epochs are evaluated on validation samples, and the test samples looked at once.</summary>
public sealed class ValidationTests : IDisposable
{
    private const int Patience = 3;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sequential", "1")]
    [InlineData("wasap", "1")]
    [InlineData("wasap", "2")]
    [InlineData("wssp", "2")]
    public void A_run_ends_once_its_patience_is_over_and_says_what_its_best_network_does_on_test_samples(string mode, string workers)
    {
        var json = Json(Train("run", "--mode", mode, "--workers", workers, "--patience", "3", "--json"));
        var rows = MetricsFile.Read(_folder.At("run"));
        var best = LastEvaluation.BestEpoch(rows);
        Assert.Equal((rows.Count, Patience), (json.GetProperty("epochs").GetInt32(), rows.Count - best));
        Assert.All(rows, row => Assert.Equal(EvaluationRole.Validation, row.EvaluatedOn));
        Assert.Equal(rows.Max(row => row.TestScore), json.GetProperty("best_validation_accuracy").GetDouble());
        Assert.Equal(rows[^1].TestScore, json.GetProperty("validation_accuracy").GetDouble());
        Assert.Equal((best, true), (json.GetProperty("best_epoch").GetInt32(), json.GetProperty("ended_early").GetBoolean()));
        Assert.False(json.TryGetProperty("best_test_accuracy", out _));

        // The test samples are those of the run without validation, and the network the best one.
        var evaluated = Json(Call.Of("evaluate", _folder.At("run"), "--json"));
        foreach (var name in (string[])["test_accuracy", "test_loss", "test_macro_f1"])
            Assert.Equal(evaluated.GetProperty(name).GetDouble(), json.GetProperty(name).GetDouble());
        Assert.Equal(60, evaluated.GetProperty("samples").GetInt32());
        var report = File.ReadAllText(_folder.At("run", "report.html"));
        foreach (var part in (string[])["validation accuracy", "test, best network", "ended early after epoch", ">Test samples by true class"])
            Assert.Contains(part, report);
        Assert.Contains($"ended early after epoch {rows.Count} of 60: no better validation accuracy since epoch {best} (patience 3)",
            File.ReadAllText(_folder.At("run", "events.log")));
        Assert.DoesNotContain("test_", File.ReadAllText(_folder.At("run", "metrics.jsonl")) + File.ReadAllText(_folder.At("run", "metrics.csv")));
    }

    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    public void A_resumed_run_ends_with_the_same_epoch_and_network_and_one_that_is_over_stays_over(string mode)
    {
        string[] options = ["--mode", mode, "--workers", "1", "--schedule", "constant"];
        Train("whole", [.. options, "--patience", "3"]).AssertDone();
        var rows = MetricsFile.Read(_folder.At("whole"));
        Train("resumed", [.. options, "--patience", "3", "--epochs", "2"]).AssertDone();
        Call.Of("train", "--resume", "--out", _folder.At("resumed"), "--epochs", "60").AssertDone();
        // What evolves after epochs does not after the last one: with the rule of these runs nothing does.
        Assert.Equal(Last("whole"), Last("resumed"));
        Assert.Equal(rows.Select(Scores), MetricsFile.Read(_folder.At("resumed")).Select(Scores));

        var (network, metrics) = (Last("whole"), File.ReadAllText(_folder.At("whole", "metrics.jsonl")));
        var over = Call.Of("train", "--resume", "--out", _folder.At("whole")).AssertDone();
        Assert.Contains("ended early after epoch", over.Output);
        Assert.Equal(network, Last("whole"));
        Assert.Equal(metrics, File.ReadAllText(_folder.At("whole", "metrics.jsonl")));

        // With more patience it goes on as if it had never ended.
        Train("patient", [.. options, "--patience", "6"]).AssertDone();
        Call.Of("train", "--resume", "--out", _folder.At("whole"), "--patience", "6").AssertDone();
        Assert.Equal(Last("patient"), Last("whole"));

        byte[] Last(string name)
        {
            using var checkpoint = CheckpointFile.Load(RunFolder.LastCheckpointOf(_folder.At(name)));
            return [.. checkpoint.Network.Parameters.Sparse.SelectMany(block => block.Values.Span.ToArray()).SelectMany(BitConverter.GetBytes)];
        }
        static object Scores(EpochMetrics row) => (row.Epoch, row.Loss, row.TestLoss, row.TestScore, row.BestTestScore);
    }

    [Fact]
    public void A_run_that_uses_up_its_epochs_ends_in_the_same_way()
    {
        var json = Json(Train("run", "--mode", "sequential", "--epochs", "2", "--json"));
        Assert.Equal(JsonValueKind.Number, json.GetProperty("test_accuracy").ValueKind);
        Assert.False(json.GetProperty("ended_early").GetBoolean());
        var text = Call.Of("train", "--resume", "--out", _folder.At("run")).AssertDone().Output;
        Assert.Matches("finished: validation accuracy 0.*\ntest +accuracy 0.[0-9]+ \\([0-9]+ of 60\\), .* with the network of epoch [12]\n", text);
    }

    [Fact]
    public void Validation_samples_may_be_a_file_of_their_own_and_must_stay_what_they_are()
    {
        var file = _folder.Write("valid.csv", Table(40, seed: 9));
        var json = Json(Call.Of("train", "--train", _folder.Write("t.csv", Table(300, seed: 1)), "--validation", file, "--mode", "sequential",
            "--layers", "3-20-3", "--epochs", "2", "--out", _folder.At("run"), "--json"));
        Assert.InRange(json.GetProperty("validation_accuracy").GetDouble() * 40 % 1, -1e-9, 1e-9);
        _folder.Write("valid.csv", Table(40, seed: 10));
        Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "3").AssertRefused("training or validation samples", "began with");
    }

    [Fact]
    public void What_makes_no_sense_is_refused_before_anything_is_written()
    {
        var table = _folder.Write("t.csv", Table(30, seed: 1));
        Call.Of("train", "--train", table, "--patience", "3", "--out", _folder.At("run")).AssertRefused("patience 3", "--validation");
        Call.Of("train", "--train", table, "--validation", "1.5", "--out", _folder.At("run")).AssertRefused("validation 1.5", "between 0 and 1");
        Call.Of("train", "--train", table, "--validation", "absent.csv", "--out", _folder.At("run")).AssertRefused("absent.csv");
        Call.Of("train", "--dataset", "madelon", "--validation", table, "--out", _folder.At("run")).AssertRefused("madelon", "one or the other");
        Call.Of("compare", "--train", table, "--validation", "0.3", "--patience", "3", "--out", _folder.At("run")).AssertRefused("patience 3");
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Fact]
    public void Compared_rules_are_chosen_by_validation_samples_and_judged_by_test_samples()
    {
        var outcome = Call.Of("compare", "--train", _folder.Write("t.csv", Table(300, seed: 1)), "--validation", "0.2", "--rules", "set,static",
            "--seeds", "1", "--epochs", "3", "--layers", "3-20-3", "--out", _folder.At("run"), "--json").AssertDone();
        var lines = File.ReadAllLines(_folder.At("run", "comparison.csv")).Select(line => line.Split(',')).ToList();
        Assert.Equal(("validation_accuracy", "test_accuracy"), (lines[0][7], lines[0][^1]));
        Assert.All(lines[1..], row => Assert.Equal(row[3] != "3", row[^1].Length == 0));
        using var json = JsonDocument.Parse(outcome.Output);
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([lines[3][^1], lines[6][^1]], results.Select(result => result.GetProperty("accuracy").GetRawText()));
        Assert.Contains("best on the validation samples", File.ReadAllText(_folder.At("run", "report.html")));
    }

    [Fact]
    public void The_command_data_shows_all_three_parts()
    {
        var table = _folder.Write("t.csv", Table(300, seed: 1));
        var text = Call.Of("data", "--train", table, "--validation", "0.25").AssertDone().Output;
        Assert.Matches("(?s)training   .*t.csv: 180 samples.*validation .*t.csv: 60 samples.*test       .*t.csv: 60 samples.*class .*validation samples", text);
        Assert.Equal(60, Json(Call.Of("data", "--train", table, "--validation", "0.25", "--json")).GetProperty("validation")
            .GetProperty("samples").GetInt32());
    }

    private Call Train(string name, params string[] options)
    {
        // No option may be given twice.
        var epochs = options.Contains("--epochs") ? Array.Empty<string>() : ["--epochs", "60"];
        return Call.Of(["train", "--train", _folder.Write("t.csv", Table(300, seed: 1)), "--validation", "0.2", "--layers", "3-20-3", "--threads", "1",
            "--batch-size", "16", "--rule", "static", "--phase-two", "0", "--out", _folder.At(name), .. epochs, .. options]);
    }

    // Three overlapping classes.
    private static string Table(int count, int seed)
    {
        var random = new Random(seed);
        var lines = Enumerable.Range(0, count).Select(sample => FormattableString.Invariant(
            $"{sample % 3 + 3 * random.NextDouble():0.000},{-(sample % 3) + 3 * random.NextDouble():0.000},{random.NextDouble():0.000},c{sample % 3}\n"));
        return "a,b,c,kind\n" + string.Concat(lines);
    }

    private static JsonElement Json(Call outcome)
    {
        using var json = JsonDocument.Parse(outcome.AssertDone().Output);
        return json.RootElement.Clone();
    }
}
