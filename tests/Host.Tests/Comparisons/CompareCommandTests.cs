using System.Text.Json;
using ActorSparse.Host.Benchmarks;
using ActorSparse.Host.Comparisons;
using ActorSparse.Model;

namespace ActorSparse.Host.Tests.Comparisons;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_rule_is_trained_at_every_sparsity_with_every_seed()
    {
        var outcome = Compare("--sparsities", "0.5,0.7", "--seeds", "2", "--epochs", "3", "--json", "--quiet").AssertDone();
        using var json = JsonDocument.Parse(outcome.Output);
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(2 * TopologyRules.SparseNames.Count, results.Count);
        foreach (var result in results)
        {
            Assert.Equal(2, result.GetProperty("runs").GetInt32());
            Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0, 1);
            var evolving = result.GetProperty("evolution_operations").GetDouble();
            Assert.Equal(result.GetProperty("rule").GetString() is not ("set" or "set-zero" or "static"), evolving > 0);
            Assert.True(result.GetProperty("operations").GetDouble() > evolving);
        }
        var lines = File.ReadAllLines(_folder.At("run", "comparison.csv"));
        Assert.StartsWith("sparsity,rule,seed,epoch,connections,", lines[0], StringComparison.Ordinal);
        Assert.Equal(1 + 2 * TopologyRules.SparseNames.Count * 2 * 3, lines.Length);
        var page = File.ReadAllText(_folder.At("run", "report.html"));
        foreach (var rule in TopologyRules.SparseNames) Assert.Contains(rule, page);
        Assert.Contains("sparsity 0.7", page);
        Assert.Contains("<polyline class=\"s5\"", page);
    }

    [Fact]
    public void Rules_of_one_seed_begin_with_the_same_network()
    {
        Compare("--rules", "static,set-zero", "--seeds", "1", "--epochs", "1").AssertDone();
        var rows = File.ReadAllLines(_folder.At("run", "comparison.csv"))[1..].Select(line => line.Split(',')).ToList();
        // Nothing evolves after the last epoch: columns loss, test_loss and test_accuracy agree to the last digit.
        Assert.Equal(2, rows.Count);
        Assert.Equal(rows[0][3..8], rows[1][3..8]);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_before_anything_is_written()
    {
        Compare("--rules", "set,sett").AssertRefused("rules", "sett", "gse-graest");
        Compare("--rules", "set,set").AssertRefused("twice");
        Compare("--sparsities", "0.9,1.5").AssertRefused("sparsities", "1.5");
        Compare("--rule", "set").AssertRefused("--rule set", "--rules");
        Compare("--checkpoint-every", "2").AssertRefused("--checkpoint-every 2", "keeps no checkpoints");
        Compare("--kernels", "1024").AssertRefused("--kernels", "1024: expected one of");
        Compare("--mode", "wasap").AssertRefused("mode wasap", "sequential");
        Call.Of("compare").AssertRefused("expected a recipe");
        Assert.False(Directory.Exists(_folder.At("run")));
        Directory.CreateDirectory(_folder.At("run", "thesis"));
        Compare().AssertRefused("exists already; replace it with --force");
    }

    [Fact]
    public void The_summary_is_that_of_finished_runs()
    {
        ComparisonRow Row(long seed, int epoch, double accuracy) => new()
        {
            Rule = "set", Seed = seed, Epoch = epoch, Connections = 10, Loss = 1, TestScore = accuracy, TrainSeconds = 2, EvolveSeconds = 1, Epochs = 2, PeakBytes = 1000 * seed,
            BestScore = seed == 1 ? 0.9 : 0.8,
            Grown = 1, Operations = 100, EvolutionOperations = 5, EvolutionGradients = 1, EvolutionDraws = 1,
        };
        var summary = ComparisonSummary.Of([Row(1, 1, 0.9), Row(1, 2, 0.6), Row(2, 1, 0.7), Row(2, 2, 0.8), Row(3, 1, 0.1)]).Single();
        Assert.Equal((2, 6, 2, 200, 10), (summary.Runs, summary.Seconds, summary.EvolveSeconds, summary.Operations, summary.EvolutionOperations));
        Assert.Equal(1500, summary.PeakBytes);
        Assert.Equal(0.7, summary.Score!.Value, 1e-12);
        Assert.Equal(Math.Sqrt(0.02), summary.ScoreDeviation!.Value, 1e-12);
        Assert.Equal(0.85, summary.BestScore!.Value, 1e-12);
    }

    [Fact]
    public void The_evolution_benchmark_writes_a_row_for_each_network_and_the_slopes()
    {
        using var output = new StringWriter();
        var options = new EvolutionBenchmarkOptions { Networks = [[60, 60, 3], [120, 120, 3]], Epsilon = 2, BatchSize = 4, Repetitions = 1, DensePositionsMax = 10_000 };
        EvolutionBenchmark.Run(options, output);
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.Equal(["60-60-3", "120-120-3"], lines[2..4].Select(line => line.Split(' ')[0]));
        Assert.StartsWith("power of the width", lines[4], StringComparison.Ordinal);
        Assert.Equal(2, EvolutionBenchmark.Slope([(1, 3), (10, 300), (100, 30_000), (7, double.PositiveInfinity)]), 1e-12);
    }

    private Call Compare(params string[] more)
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 100);
        string[] evolve = more.Contains("--evolve-every") ? [] : ["--evolve-every", "2"];
        return Call.Of(["compare", "--train", _folder.At("samples.csv"), "--layers", "2-12-8-2", "--epsilon", "1", "--batch-size", "16", "--threads", "1",
            "--out", _folder.At("run"), .. evolve, .. more]);
    }
}
