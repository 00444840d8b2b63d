using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorSparse.Host.Runs;

namespace ActorSparse.Host.Tests.Commands;

/// <summary>Real targets and several labels a sample, from a table to predictions.</summary>
public sealed class TargetCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // With no option but the loss and the mode.
    [Theory]
    [InlineData("sequential")]
    [InlineData("wasap")]
    [InlineData("wssp")]
    public void A_table_with_a_real_target_is_learnt_in_every_mode(string mode)
    {
        var json = Json("train", "--train", Prices("prices.csv", 300), "--loss", "mean-squared-error", "--mode", mode, "--epochs", "25",
            "--out", _folder.At("run"), "--json");
        Assert.True(json.GetProperty("test_r2").GetDouble() > 0.9, $"R2 {json.GetProperty("test_r2")}");
        Assert.Equal("finished", json.GetProperty("status").GetString());
        var rows = MetricsFile.Read(_folder.At("run"));
        Assert.Equal(rows.Min(row => row.TestScore), json.GetProperty("best_test_rmse").GetDouble());
        var evaluated = Json("evaluate", _folder.At("run"), "--json");
        Assert.Equal(json.GetProperty("best_test_rmse").GetDouble(), evaluated.GetProperty("test_rmse").GetDouble());
        Assert.Equal("price", Assert.Single(evaluated.GetProperty("targets").EnumerateArray()).GetProperty("name").GetString());
        var text = Call.Of("evaluate", _folder.At("run")).AssertDone().Output;
        Assert.Matches("(?s)prices.csv: RMSE [0-9.]+ \\(60 samples\\), loss 0[.0-9]+, MAE [0-9.]+, R2 0\\.9[0-9]+\ntarget .*\nprice ", text);
    }

    [Fact]
    public void One_worker_equals_sequential_training_and_a_resumed_run_one_that_was_never_stopped()
    {
        Train("sequential", "--epochs", "4", "--mode", "sequential");
        Train("worker", "--epochs", "4", "--workers", "1");
        Train("resumed", "--epochs", "2", "--mode", "sequential");
        Call.Of("train", "--resume", "--out", _folder.At("resumed"), "--epochs", "4").AssertDone();
        foreach (var other in (string[])["worker", "resumed"])
        {
            Assert.Equal(Predict("sequential", "last"), Predict(other, "last"));
            Assert.Equal(Scores("sequential"), Scores(other));
        }

        void Train(string name, params string[] options) => Call.Of(
            ["train", "--train", Prices("prices.csv", 100), "--loss", "mean-squared-error", "--layers", "4-40-1", "--epsilon", "8",
                "--threads", "1", "--batch-size", "8", "--learning-rate", "0.03", "--dropout", "0",
                "--schedule", "constant", "--rule", "static", "--out", _folder.At(name), .. options]).AssertDone();
        string Predict(string name, string checkpoint) =>
            Call.Of("predict", _folder.At(name, "checkpoints", checkpoint + ".safetensors")).AssertDone().Output;
        List<object> Scores(string name) => [.. MetricsFile.Read(_folder.At(name)).Select(row =>
            (object)(row.Loss, row.TrainScore, row.TestLoss, row.TestScore, row.BestTestScore, row.TestFurther![0], row.TestFurther[1]))];
    }

    [Fact]
    public void Predictions_are_in_the_units_of_the_data_and_need_no_targets()
    {
        var table = Prices("prices.csv", 100);
        Call.Of("train", "--train", table, "--test", table, "--targets", "price,b", "--loss", "mean-squared-error", "--layers", "3-40-2",
            "--epsilon", "8", "--epochs", "40", "--mode", "sequential", "--dropout", "0", "--out", _folder.At("run")).AssertDone();
        var lines = Call.Of("predict", _folder.At("run")).AssertDone().Output;
        Assert.StartsWith("sample,price,b\n0,", lines, StringComparison.Ordinal);
        var rows = File.ReadAllLines(table).Select(line => line.Split(',')).ToList();
        var errors = rows.Skip(1).Zip(lines.Split('\n').Skip(1), (row, line) => Number(line.Split(',')[1]) - Number(row[4]));
        var squares = errors.Sum(error => error * error);
        var evaluated = Json("evaluate", _folder.At("run"), "--json");
        Assert.Equal(evaluated.GetProperty("targets")[0].GetProperty("rmse").GetDouble(), Math.Sqrt(squares / 100), 1e-3);
        var samples = _folder.Write("new.csv", string.Concat(rows.Select(row => $"{row[0]},{row[2]},{row[3]}\n")));
        Assert.Equal(lines, Call.Of("predict", _folder.At("run"), "--input", samples).AssertDone().Output);
        Call.Of("evaluate", _folder.At("run"), "--test", samples).AssertRefused("new.csv", "has no targets");
        Assert.Matches("mean-squared-error\n.*2 real targets: price \\(mean 9[0-9.]+, deviation [0-9.]+\\), b",
            Call.Of("inspect", _folder.At("run")).AssertDone().Output);
        var report = File.ReadAllText(_folder.At("run", "report.html"));
        foreach (var part in (string[])["RMSE", "R2 on the test samples", "<td>price</td>", "2 real targets"]) Assert.Contains(part, report);

        Call.Of("export", _folder.At("run"), "--to", "csv", "--out", _folder.At("net.csv")).AssertDone();
        using (var json = JsonDocument.Parse(File.ReadAllText(_folder.At("net.targets.json"))))
        {
            Assert.Equal(["price", "b"], json.RootElement.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
            Assert.Equal(2, json.RootElement.GetProperty("means").GetArrayLength());
        }
        Call.Of("export", _folder.At("run"), "--out", _folder.At("net.safetensors")).AssertDone();
        var header = Encoding.UTF8.GetString(File.ReadAllBytes(_folder.At("net.safetensors")));
        foreach (var part in (string[])["targets.means", "targets.deviations", "target_names"]) Assert.Contains(part, header);
    }

    [Fact]
    public void Several_labels_a_sample_are_learnt_and_predicted()
    {
        var table = Labels("labels.csv", 300);
        var json = Json("train", "--train", table, "--targets", "red,2", "--loss", "binary-cross-entropy", "--layers", "3-60-40-2",
            "--epochs", "40", "--out", _folder.At("run"), "--json");
        Assert.True(json.GetProperty("test_micro_f1").GetDouble() > 0.9, $"F1 {json.GetProperty("test_micro_f1")}");
        Assert.Equal(MetricsFile.Read(_folder.At("run")).Max(row => row.TestScore), json.GetProperty("best_test_micro_f1").GetDouble());
        var header = File.ReadLines(_folder.At("run", "metrics.csv")).First();
        foreach (var column in (string[])["train_micro_f1", "best_test_micro_f1", "test_macro_f1", "test_exact_match"])
            Assert.Contains(column, header);
        Assert.DoesNotContain("accuracy", header);
        var evaluated = Json("evaluate", _folder.At("run"), "--json");
        Assert.Equal(["red", "blue"],
            evaluated.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("name").GetString()));
        var lines = Call.Of("predict", _folder.At("run"), "--input", table).AssertDone().Output.Split('\n');
        Assert.Equal("sample,labels,red,blue", lines[0]);
        Assert.Contains(lines, line => line.Contains(",\"red,blue\",0.", StringComparison.Ordinal));
        Assert.Contains("red",
            Call.Of("data", "--train", table, "--targets", "red,2", "--loss", "binary-cross-entropy").AssertDone().Output);
    }

    [Fact]
    public void LIBSVM_files_have_lists_of_labels_or_numbers()
    {
        var random = new Random(2);
        var (sets, numbers) = (new StringBuilder(), new StringBuilder());
        for (var sample = 0; sample < 120; sample++)
        {
            var (x, y) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5);
            var labels = string.Join(',', new[] { x > 0 ? "3" : null, y > 0 ? "7" : null }.OfType<string>());
            sets.Append(CultureInfo.InvariantCulture, $"{labels} 1:{x:0.000} 2:{y:0.000}\n");
            numbers.Append(CultureInfo.InvariantCulture, $"{100 + 7 * x - y:0.000} 1:{x:0.000} 2:{y:0.000}\n");
        }
        string[] options = ["--layers", "2-30-20-{0}", "--epochs", "40", "--mode", "sequential", "--dropout", "0", "--json", "--out"];
        var (setFile, numberFile) = (_folder.Write("sets.svm", sets.ToString()), _folder.Write("numbers.svm", numbers.ToString()));
        Json(["train", "--train", setFile, "--loss", "binary-cross-entropy", .. Outputs(2), _folder.At("sets")]);
        Assert.True(Json("evaluate", _folder.At("sets"), "--json").GetProperty("test_micro_f1").GetDouble() > 0.9);
        Assert.StartsWith("sample,labels,3,7\n", Call.Of("predict", _folder.At("sets")).AssertDone().Output, StringComparison.Ordinal);
        Json(["train", "--train", numberFile, "--loss", "mean-squared-error", .. Outputs(1), _folder.At("numbers")]);
        Assert.True(Json("evaluate", _folder.At("numbers"), "--json").GetProperty("test_r2").GetDouble() > 0.9);

        string[] Outputs(int count) => [.. options.Select(option => string.Format(CultureInfo.InvariantCulture, option, count))];
    }

    [Fact]
    public void Squared_errors_of_classes_and_smoothed_labels_are_trained_on_as_well()
    {
        var table = _folder.WriteSamples("samples.csv", 100);
        string[] common = ["train", "--train", table, "--layers", "2-12-2", "--epsilon", "3", "--epochs", "3", "--mode", "sequential",
            "--learning-rate", "0.05", "--dropout", "0", "--json"];
        foreach (var (name, options) in new[]
        {
            ("softmax", (string[])["--loss", "mean-squared-error", "--output-activation", "softmax"]),
            ("classes", ["--loss", "mean-squared-error", "--classes", "2"]),
            ("smooth", ["--label-smoothing", "0.1"]),
        })
        {
            var json = Json([.. common, .. options, "--out", _folder.At(name)]);
            Assert.Equal(JsonValueKind.Number, json.GetProperty("test_accuracy").ValueKind);
            Assert.Equal(JsonValueKind.Number, json.GetProperty("test_macro_f1").ValueKind);
            Call.Of("train", "--resume", "--out", _folder.At(name), "--epochs", "4").AssertDone();
        }
        Assert.Contains("label smoothing 0.1", Call.Of("inspect", _folder.At("smooth")).AssertDone().Output);
        Assert.Contains("output softmax", Call.Of("inspect", _folder.At("classes")).AssertDone().Output);
    }

    [Theory]
    [InlineData("wasap", "1e6")]
    [InlineData("wasap", "1e30")]
    [InlineData("sequential", "1e6")]
    public void Errors_that_explode_end_the_run_in_one_line(string mode, string rate)
    {
        var call = Call.Of("train", "--train", Prices("prices.csv", 100), "--loss", "mean-squared-error", "--layers", "4-40-1", "--epochs", "5",
            "--mode", mode, "--optimizer", "sgd", "--clip-norm", "0", "--learning-rate", rate, "--quiet", "--out", _folder.At("run"));
        Assert.Equal(ExitCodes.Failed, call.ExitCode);
        Assert.Matches("^actorsparse: training diverged .*\n$", call.Error);
    }

    [Fact]
    public void A_label_that_looks_like_a_quantity_is_noted()
    {
        var table = _folder.Write("many.csv", string.Concat(Enumerable.Range(0, 60).Select(row => $"{row % 7},{row * 37 % 50}\n")));
        Assert.Matches("note +the label has 50 different values, for 50 training rows: if it is a quantity, use --loss mean-squared-error",
            Call.Of("data", "--train", table).AssertDone().Output);
        Call.Of("data", "--train", _folder.Write("real.csv", "1,2\n2,0.5\n3,0.25\n")).AssertRefused("line 2: label '0.5'",
            "the label has 3 different values in 3 rows: if it is a quantity, use --loss mean-squared-error");
    }

    [Theory]
    [InlineData("expected cross-entropy and softmax", "--loss", "mean-squared-error", "--label-smoothing", "0.1")]
    [InlineData("has 1 real target; expected none", "--loss", "mean-squared-error", "--class-weights", "balanced")]
    [InlineData("layers 4-5-3 expect 3", "--loss", "mean-squared-error", "--layers", "4-5-3")]
    [InlineData("expected one for classes", "--targets", "a,b")]
    [InlineData("label a and targets b: expected one or the other", "--label", "a", "--targets", "b")]
    [InlineData("no column is named 'prize'", "--loss", "mean-squared-error", "--label", "prize")]
    [InlineData("line 2: field 5, the label 'price', is", "--loss", "binary-cross-entropy")]
    [InlineData("expected none for data without classes", "--loss", "binary-cross-entropy", "--classes", "3")]
    public void What_does_not_go_together_is_refused(string expected, params string[] options)
    {
        Call.Of(["train", "--train", Prices("prices.csv", 40), "--out", _folder.At("run"), .. options]).AssertRefused(expected);
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Fact]
    public void Labels_need_an_output_of_their_own_each() =>
        Call.Of("train", "--train", Labels("labels.csv", 40), "--targets", "red,blue", "--loss", "binary-cross-entropy",
            "--output-activation", "softmax", "--out", _folder.At("run")).AssertRefused("expected sigmoid");

    [Fact]
    public void Named_data_has_classes_whatever_the_loss() =>
        Call.Of("train", "--dataset", "planted", "--samples", "50", "--loss", "binary-cross-entropy", "--out", _folder.At("run"))
            .AssertRefused("classes: loss 'binary-cross-entropy'", "expected cross-entropy or mean-squared-error");

    // Four features, of which one is another target in some tests, and a price that a line does not describe.
    private string Prices(string name, int count)
    {
        var random = new Random(1);
        var text = new StringBuilder("a,b,c,d,price\n");
        for (var sample = 0; sample < count; sample++)
        {
            double[] x = [.. Enumerable.Range(0, 4).Select(_ => 2 * random.NextDouble() - 1)];
            text.Append(CultureInfo.InvariantCulture,
                $"{x[0]:0.000},{x[1]:0.000},{x[2]:0.000},{x[3]:0.000},{1000 + 300 * x[0] - 200 * x[2] * x[2] + 100 * x[1]:0.00}\n");
        }
        return _folder.Write(name, text.ToString());
    }

    private string Labels(string name, int count)
    {
        var random = new Random(1);
        var text = new StringBuilder("x,blue,y,red,z\n");
        for (var sample = 0; sample < count; sample++)
        {
            double[] x = [.. Enumerable.Range(0, 3).Select(_ => 2 * random.NextDouble() - 1)];
            text.Append(CultureInfo.InvariantCulture,
                $"{x[0]:0.000},{(x[0] + x[1] > 0 ? 1 : 0)},{x[1]:0.000},{(x[2] > 0.3 ? 1 : 0)},{x[2]:0.000}\n");
        }
        return _folder.Write(name, text.ToString());
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static JsonElement Json(params string[] arguments)
    {
        using var json = JsonDocument.Parse(Call.Of(arguments).AssertDone().Output);
        return json.RootElement.Clone();
    }
}
