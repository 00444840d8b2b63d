using System.Text.Json;
using ActorSparse.Model;

namespace ActorSparse.Host.Tests.Commands;

public sealed class BaselineCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Baselines => [.. TopologyRules.Names.Except(TopologyRules.SparseNames)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Baselines))]
    public void A_baseline_trains_says_what_it_is_and_goes_on(string rule)
    {
        var outcome = Train(rule, "--epochs", "4").AssertDone();
        Assert.Contains($"rule {rule} is a baseline that needs a dense network's memory", outcome.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Train(rule, "--epochs", "4", "--force", "--json").AssertDone().Output);
        // Levels 0, 0.5, 0.75 and 0.8, each with all epochs.
        Assert.Equal(rule == "lottery" ? 16 : 4, json.RootElement.GetProperty("epochs").GetInt32());
        var more = Call.Of("train", "--resume", "--out", _folder.At("run"), "--epochs", "9");
        if (rule != "lottery")
        {
            more.AssertDone();
            return;
        }
        Assert.Equal(ExitCodes.BadInput, more.ExitCode);
        Assert.Contains("go on with the epochs that the run began with", more.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_and_a_missing_sparsity_are_refused_before_anything_is_written()
    {
        Call.Of([.. Arguments("snip", "wasap"), "--sparsity", "0.8"]).AssertRefused("rule snip", "--mode sequential", "wasap");
        Call.Of([.. Arguments("gradual"), "--evolve-every", "2", "--epsilon", "1"]).AssertRefused("rule gradual", "--sparsity");
        Train("lottery", "--evolve-every", "3").AssertRefused("--evolve-every", "gradual and top-kast", "not of lottery");
        Train("gradual", "--evolve-every", "1000", "--epochs", "4").AssertRefused("rule gradual", "never", "--evolve-every");
        Assert.False(Directory.Exists(_folder.At("run")));
        Call.Of("compare", "--train", _folder.At("samples.csv"), "--rules", "static,gradual", "--sparsity", "0.8", "--epochs", "1",
            "--evolve-every", "1000", "--out", _folder.At("compared")).AssertRefused("rule gradual", "never");
        Assert.False(Directory.Exists(_folder.At("compared")));
    }

    [Fact]
    public void Comparisons_say_which_rules_need_dense_memory_and_how_much()
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 100);
        var outcome = Call.Of("compare", "--train", _folder.At("samples.csv"), "--layers", "2-60-60-2", "--sparsities", "0.8", "--batch-size", "16",
            "--threads", "1", "--rules", "static,snip,gradual,top-kast,lottery", "--seeds", "1", "--epochs", "2", "--evolve-every", "2",
            "--out", _folder.At("compared"), "--json", "--quiet").AssertDone();
        using var json = JsonDocument.Parse(outcome.Output);
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToDictionary(result => result.GetProperty("rule").GetString()!);
        Assert.Equal(["static"], results.Where(result => !result.Value.GetProperty("needs_dense_memory").GetBoolean()).Select(result => result.Key));
        var sparse = results["static"].GetProperty("peak_bytes").GetDouble();
        // An index, a weight, momentum, a mean square and a gradient for each of all connections, beside what both have.
        foreach (var (rule, result) in results)
            if (rule != "static") Assert.True(result.GetProperty("peak_bytes").GetDouble() > sparse + 0.7 * 3840 * 12, rule);
        var rows = File.ReadAllLines(_folder.At("compared", "comparison.csv"))[1..].Select(line => line.Split(',')[1]).CountBy(rule => rule);
        Assert.All(rows, row => Assert.Equal(row.Key == "lottery" ? 8 : 2, row.Value));
        Assert.Contains("<td>dense</td>", File.ReadAllText(_folder.At("compared", "report.html")), StringComparison.Ordinal);
    }

    private Call Train(string rule, params string[] more)
    {
        string[] evolve = rule is "gradual" or "top-kast" && !more.Contains("--evolve-every") ? ["--evolve-every", "2"] : [];
        return Call.Of([.. Arguments(rule), "--sparsity", "0.8", .. evolve, .. more]);
    }

    private string[] Arguments(string rule, string mode = "sequential")
    {
        if (!File.Exists(_folder.At("samples.csv"))) _folder.WriteSamples("samples.csv", 100);
        return ["train", "--train", _folder.At("samples.csv"), "--layers", "2-40-40-2", "--mode", mode, "--rule", rule, "--learning-rate", "0.02", "--batch-size", "16",
            "--threads", "1", "--out", _folder.At("run")];
    }
}
