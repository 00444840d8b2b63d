using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorSparse.Model.Recovery;
using ActorSparse.Tests.Support;

namespace ActorSparse.Host.Tests.Recovery;

public sealed class RecoverCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Planted_networks_are_recovered_over_a_grid_beside_pruning()
    {
        var path = _folder.At("planted");
        var call = Planted(path, "--imp", "both", "--imp-epochs", "2").AssertDone();
        var json = JsonNode.Parse(call.Output.Trim().Split('\n')[^1])!;
        Assert.Equal(path, json["run_folder"]!.GetValue<string>());
        var results = json["results"]!.AsArray();
        Assert.Equal(
            ["IHT 1s", "IHT 2s", "IMP 1s", "IMP 2s", "fairer IMP 1s", "fairer IMP 2s"],
            results.Select(result => result!["method"]!.GetValue<string>()).Distinct());
        Assert.Equal(2 * 2 * 6, results.Count);
        var best = results.First(result => result!["method"]!.GetValue<string>() == "IHT 2s" && result["neurons"]!.GetValue<int>() == 1)!;
        Assert.Equal(1, best["exact"]!.GetValue<double>());
        Assert.True(best["psnr"]!.GetValue<double>() > 100 && best["test_psnr"]!.GetValue<double>() > 100);
        Assert.All(results, result => Assert.True(result!["weights"]!.GetValue<double>() <= 2 * result["nonzeros"]!.GetValue<int>()));

        // A row for each recovery, columns without commas.
        var rows = File.ReadAllLines(Path.Combine(path, "recovery.csv"));
        Assert.Equal(1 + 2 * 2 * 2 * 6, rows.Length);
        Assert.All(rows, row => Assert.Equal(rows[0].Count(character => character == ','), row.Count(character => character == ',')));
        var report = File.ReadAllText(Path.Combine(path, "report.html"));
        Assert.Contains("PSNR on the samples (dB): IHT 2s", report);
        Assert.Contains("Share of exact recoveries: fairer IMP 1s", report);
        Assert.Contains("--neurons 1,3", report);
        Assert.StartsWith("<svg xmlns=", File.ReadAllText(Path.Combine(path, "grid.svg")));
    }

    [Fact]
    public void Workers_and_threads_give_the_same()
    {
        static string[] Rows(string path) =>
            [.. File.ReadAllLines(Path.Combine(path, "recovery.csv")).Select(row => row[..row.LastIndexOf(',')])];
        Planted(_folder.At("threads"), "--threads", "2").AssertDone();
        Planted(_folder.At("workers"), "--workers", "3").AssertDone();
        Assert.Equal(Rows(_folder.At("threads")), Rows(_folder.At("workers")));
    }

    [Theory]
    [InlineData("--outputs", "3", 50)]
    [InlineData("--hidden-layers", "2", 100)]
    [InlineData("--gates", "fixed", 15)]
    [InlineData("--signs", "yes", 100)]
    [InlineData("--variant", "reference", 100)]
    public void Planted_networks_of_other_kinds_have_a_grid_too(string option, string value, double leastPsnr)
    {
        var json = JsonNode.Parse(Planted(_folder.At("run"), option, value).AssertDone().Output)!;
        var best = json["results"]!.AsArray().Max(result => result!["psnr"]!.GetValue<double>());
        Assert.True(best > leastPsnr, $"{best}");
    }

    [Fact]
    public void A_picture_becomes_a_network_that_other_commands_take()
    {
        var picture = _folder.At("picture.png");
        File.WriteAllBytes(picture, TestImages.Png(8, 8, (y, x) => TestImages.Grey(y < 4 == x < 5 ? 200 : 30)));
        var path = _folder.At("image");
        var call = Call.Of("recover", "images", "--input", picture, "--neurons", "6", "--nonzeros", "30,60", "--steps", "20", "--imp", "paper",
            "--imp-epochs", "2", "--out", path, "--json").AssertDone();
        var results = JsonNode.Parse(call.Output)!["results"]!.AsArray();
        Assert.Equal(4, results.Count);
        var psnr = results.Where(result => result!["method"]!.GetValue<string>() == "IHT").Max(result => result!["psnr"]!.GetValue<double>());
        Assert.True(psnr > 15, $"{psnr}");
        foreach (var name in (string[])["original", "iht-m6-s30", "iht-m6-s60", "imp-m6-s30"])
            Assert.Equal(0x89, File.ReadAllBytes(Path.Combine(path, name + ".png"))[0]);
        // The checkpoint is the best, and its samples are beside it: its error there is what was said.
        var rmse = JsonNode.Parse(Call.Of("evaluate", path, "--json").AssertDone().Output)!["test_rmse"]!.GetValue<double>();
        Assert.Equal(psnr, -20 * Math.Log10(rmse), 0.01);
        Assert.Contains("1500-", Call.Of("inspect", path).AssertDone().Output);
    }

    [Fact]
    public void A_table_with_classes_becomes_a_network_that_other_commands_take()
    {
        var (train, test) = (_folder.WriteSamples("train.csv", 400), _folder.WriteSamples("test.csv", 200, seed: 2));
        var path = _folder.At("fit");
        var json = JsonNode.Parse(Call.Of("recover", "fit", "--train", train, "--test", test, "--neurons", "10", "--nonzeros", "4,10", "--out", path,
            "--json").AssertDone().Output)!;
        var score = json["results"]!.AsArray().Max(result => result!["score"]!.GetValue<double>());
        Assert.True(score > 0.95, $"{score}");
        Assert.Equal(score, JsonNode.Parse(Call.Of("evaluate", path, "--json").AssertDone().Output)!["test_accuracy"]!.GetValue<double>(), 1e-9);
        var predictions = _folder.At("predictions.csv");
        Call.Of("predict", path, "--out", predictions).AssertDone();
        Assert.Equal(201, File.ReadAllLines(predictions).Length);
        Call.Of("export", path, "--to", "onnx", "--out", _folder.At("fit.onnx")).AssertDone();
        Call.Of("compact", path, "--out", _folder.At("compact.safetensors")).AssertDone();
    }

    [Fact]
    public void Three_classes_and_real_targets_are_fitted_too()
    {
        var bars = _folder.WriteBars("bars.csv", 600, seed: 1);
        var json = JsonNode.Parse(Call.Of("recover", "fit", "--train", bars, "--neurons", "60", "--nonzeros", "300", "--steps", "60", "--batch-size", "256",
            "--out", _folder.At("bars"), "--json").AssertDone().Output)!;
        Assert.True(json["results"]![0]!["score"]!.GetValue<double>() > 0.5);

        var table = new StringBuilder("a,b,c,y\n");
        var random = new Random(1);
        for (var sample = 0; sample < 500; sample++)
        {
            var (a, b, c) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble());
            table.Append(CultureInfo.InvariantCulture, $"{a:0.0000},{b:0.0000},{c:0.0000},{Math.Max(0, a - b) - Math.Max(0, b):0.0000}\n");
        }
        json = JsonNode.Parse(Call.Of("recover", "fit", "--train", _folder.Write("real.csv", table.ToString()), "--loss", "mean-squared-error",
            "--neurons", "20", "--nonzeros", "20", "--out", _folder.At("real"), "--json").AssertDone().Output)!;
        var evaluation = JsonNode.Parse(Call.Of("evaluate", _folder.At("real"), "--json").AssertDone().Output)!;
        Assert.Equal(json["results"]![0]!["score"]!.GetValue<double>(), evaluation["test_rmse"]!.GetValue<double>(), 1e-9);
        Assert.True(evaluation["test_r2"]!.GetValue<double>() > 0.9);
    }

    [Fact]
    public void Targets_without_anything_to_recover_fail_in_one_line()
    {
        var table = _folder.Write("constant.csv", "a,b,y\n" + string.Concat(Enumerable.Range(0, 60).Select(sample => $"{sample % 7},{sample % 5},3\n")));
        var call = Call.Of("recover", "fit", "--train", table, "--loss", "mean-squared-error", "--out", _folder.At("constant"));
        Assert.Equal(ExitCodes.Failed, call.ExitCode);
        Assert.Equal("actorsparse: no neuron of hidden layer 1 was left with weights; take more of them\n", call.Error);
    }

    [Fact]
    public void Planted_networks_that_are_left_out_are_told_and_where_all_are_the_call_fails()
    {
        string[] options = ["--neurons", "1,3", "--nonzeros", "8", "--features", "4", "--samples", "100", "--seeds", "1", "--steps", "2"];
        var some = Call.Of(["recover", "planted", .. options, "--out", _folder.At("some")]).AssertDone();
        Assert.Contains("left out  1 planted network that is 0 everywhere, or does not fit\n", some.Output + some.Error);
        Call.Of("recover", "planted", "--neurons", "1", "--nonzeros", "1000", "--out", _folder.At("none"))
            .AssertRefused("--neurons 1 and --nonzeros 1000", "room");
        Assert.False(Directory.Exists(_folder.At("none")));
        // The weight of the second layer is negative.
        var seed = Enumerable.Range(1, 200).First(IsZero);
        var none = Call.Of("recover", "planted", "--neurons", "1", "--nonzeros", "2", "--hidden-layers", "2", "--features", "2", "--samples", "40", "--seeds", "1",
            "--seed", $"{seed}", "--out", _folder.At("zero"));
        Assert.Equal((ExitCodes.Failed, "actorsparse: nothing was recovered: 1 planted network that is 0 everywhere, or does not fit"),
            (none.ExitCode, none.Error.TrimEnd().Split('\n')[^1]));

        static bool IsZero(int seed)
        {
            using var data = PlantedNetwork.Draw(2, 1, 2, (ulong)seed, layers: 2).Sample(40, (ulong)seed);
            return data.LargestTarget() == 0;
        }
    }

    [Fact]
    public void A_folder_that_is_there_is_kept_unless_forced()
    {
        var path = _folder.At("planted");
        Planted(path).AssertDone();
        var rows = File.ReadAllText(Path.Combine(path, "recovery.csv"));
        Planted(path).AssertRefused(path, "--force");
        Assert.Equal(rows, File.ReadAllText(Path.Combine(path, "recovery.csv")));
        Planted(path, "--force").AssertDone();
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_line()
    {
        Call.Of("recover", "weights").AssertRefused("weights", "planted, images or fit");
        var samples = _folder.WriteSamples("train.csv", 60);
        Call.Of("recover", "fit", "--train", samples, "--gates", "fixed", "--out", _folder.At("a")).AssertRefused("--gates fixed", "rectifiers");
        Call.Of("recover", "images", "--gates", "fixed", "--out", _folder.At("a")).AssertRefused("--gates fixed");
        Call.Of("recover", "fit", "--out", _folder.At("a")).AssertRefused("--train FILE");
        Call.Of("recover", "fit", "--train", samples, "--imp", "paper", "--out", _folder.At("a")).AssertRefused("--imp", "fit");
        Call.Of("recover", "fit", "--train", samples, "--batch-size", "7", "--out", _folder.At("a")).AssertRefused("--batch-size");
        Call.Of("recover", "fit", "--train", samples, "--loss", "binary-cross-entropy", "--out", _folder.At("a")).AssertRefused("classes and real targets");
        Call.Of("recover", "planted", "--train", samples, "--out", _folder.At("a")).AssertRefused("--train", "planted");
        Planted(_folder.At("a"), "--outputs", "2", "--gates", "fixed").AssertRefused("--gates fixed", "one output");
        Planted(_folder.At("a"), "--workers", "2", "--threads", "2").AssertRefused("--workers and --threads");
        Planted(_folder.At("a"), "--workers", "2", "--cluster").AssertRefused("--workers and --cluster", "--min-workers");
        Planted(_folder.At("a"), "--min-workers", "2").AssertRefused("--min-workers", "--cluster");
        Call.Of("recover", "fit", "--train", samples, "--host", "here", "--out", _folder.At("a")).AssertRefused("--host", "--cluster");
        Planted(_folder.At("a"), "--cluster", "--host", "no host").AssertRefused("no host");
        Call.Of("recover", "planted", "--neurons", "a", "--out", _folder.At("a")).AssertRefused("'a'", "neurons");
        Call.Of("recover", "planted", "--budgets", "0", "--out", _folder.At("a")).AssertRefused("'0'");
        Call.Of("recover", "images", "--input", samples, "--out", _folder.At("a")).AssertRefused(samples, "PNG or JPEG");
        Call.Of("recover", "images", "--dataset", "madelon", "--out", _folder.At("a")).AssertRefused("madelon", "--input");
        Assert.False(Directory.Exists(_folder.At("a")));
    }

    private static Call Planted(string path, params string[] more) => Call.Of(
        ["recover", "planted", "--neurons", "1,3", "--nonzeros", "4,6", "--features", "12", "--samples", "600", "--seeds", "2", "--steps", "10", "--out", path,
            "--json", "--quiet", .. more]);
}
