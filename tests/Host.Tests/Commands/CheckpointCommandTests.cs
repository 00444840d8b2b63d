using System.Text.Json;
using ActorSparse.Model.Checkpoints;
using ActorSparse.Model.Networks;

namespace ActorSparse.Host.Tests.Commands;

public sealed class CheckpointCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CheckpointCommandTests() => Call.Of(
        "train", "--train", _folder.WriteSamples("train.csv", 200), "--test", _folder.WriteSamples("test.csv", 50, seed: 2), "--layers",
            "2-20-16-2",
        "--epsilon", "3", "--epochs", "4", "--batch-size", "16", "--threads", "1", "--quiet", "--out", _folder.At("run")).AssertDone();

    private string Best => _folder.At("run", "checkpoints", "best.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Predictions_agree_with_the_evaluation()
    {
        using var evaluation = JsonDocument.Parse(Call.Of("evaluate", _folder.At("run"), "--json").AssertDone().Output);
        Call.Of("predict", Best, "--out", _folder.At("out.csv"), "--probabilities").AssertDone();
        var predicted = File.ReadAllLines(_folder.At("out.csv"));
        Assert.Equal("sample,class,0,1", predicted[0]);
        var labels = File.ReadAllLines(_folder.At("test.csv")).Select(line => line.Split(',')[^1]);
        var right = predicted.Skip(1).Select(line => line.Split(',')[1]).Zip(labels).Count(pair => pair.First == pair.Second);
        Assert.Equal(evaluation.RootElement.GetProperty("test_accuracy").GetDouble(), right / 50.0);
        Call.Of("predict", Best, "--out", _folder.At("out.csv")).AssertRefused("exists already");
    }

    [Fact]
    public void An_evaluation_shows_every_class_and_what_was_taken_for_what()
    {
        using var json = JsonDocument.Parse(Call.Of("evaluate", _folder.At("run"), "--json").AssertDone().Output);
        var classes = json.RootElement.GetProperty("classes").EnumerateArray().ToList();
        Assert.Equal(["0", "1"], classes.Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(50, classes.Sum(item => item.GetProperty("samples").GetInt32()));
        var area = json.RootElement.GetProperty("test_auc").GetDouble();
        Assert.InRange(area, 0.9, 1);
        Assert.All(classes, item => Assert.Equal(area, item.GetProperty("auc").GetDouble(), 1e-6));
        Assert.Equal(json.RootElement.GetProperty("test_macro_f1").GetDouble(), classes.Average(item => item.GetProperty("f1").GetDouble()), 1e-12);

        // The area by its definition: how often a sample of the class is above one of the other.
        var lines = Call.Of("predict", Best, "--probabilities").AssertDone().Output.Trim().Split('\n').Skip(1).Select(line => line.Split(','));
        var labels = File.ReadAllLines(_folder.At("test.csv")).Select(line => line.Split(',')[^1]);
        var scored = lines.Zip(labels, (line, label) => (Score: float.Parse(line[3], System.Globalization.CultureInfo.InvariantCulture), label)).ToList();
        var pairs = scored.Where(item => item.label == "1").SelectMany(
            right => scored.Where(item => item.label == "0").Select(left => right.Score > left.Score ? 1 : right.Score < left.Score ? 0 : 0.5));
        Assert.Equal(pairs.Average(), area, 1e-12);

        var matrix = json.RootElement.GetProperty("confusion_matrix");
        var text = Call.Of("evaluate", _folder.At("run")).AssertDone().Output;
        Assert.Matches("macro F1 [0-9.]+, AUC [0-9.]+\nclass +samples +recall +precision +F1 +AUC\n0 ", text);
        Assert.Matches($"\n\nactual \\\\ predicted +0 +1\n0 +{matrix[0][0]} +{matrix[0][1]}\n1 +{matrix[1][0]} +{matrix[1][1]}\n$", text);
    }

    [Fact]
    public void Predictions_as_JSON_are_those_of_the_table()
    {
        var lines = Call.Of("predict", Best, "--probabilities").AssertDone().Output.Trim().Split('\n')[1..];
        var objects = Call.Of("predict", Best, "--probabilities", "--json").AssertDone().Output.Trim().Split('\n');
        Assert.Equal(lines.Length, objects.Length);
        Assert.Matches("""^\{"sample":0,"class":"[01]","probabilities":\{"0":[-+.0-9E]+,"1":[-+.0-9E]+\}\}$""", objects[0]);
        foreach (var (line, text) in lines.Zip(objects))
        {
            using var json = JsonDocument.Parse(text);
            var probabilities = json.RootElement.GetProperty("probabilities");
            Assert.Equal(line, $"{json.RootElement.GetProperty("sample")},{json.RootElement.GetProperty("class").GetString()},"
                + $"{probabilities.GetProperty("0")},{probabilities.GetProperty("1")}");
        }
        Call.Of("predict", Best, "--json", "--out", _folder.At("out.jsonl")).AssertDone();
        Assert.Matches("""^\{"sample":0,"class":"[01]"\}\n""", File.ReadAllText(_folder.At("out.jsonl")));
    }

    [Fact]
    public void What_was_held_out_is_measured_as_training_did_or_not_at_all()
    {
        string Rows(Func<int, string> line) => "a,b,kind\n" + string.Concat(Enumerable.Range(0, 90).Select(line));
        string Line(int row) => $"{row % 3 + row % 11 * 0.1:0.0},{row % 7},{"xyz"[row % 3]}\n";
        var table = _folder.Write("table.csv", Rows(Line));
        foreach (var (name, validation) in new[] { ("held", "0.2"), ("alone", null) })
            Call.Of(["train", "--train", table, "--mode", "sequential", "--layers", "2-20-3", "--epochs", "3", "--standardise", "full", "--data-seed", "3",
                "--out", _folder.At(name), .. validation is null ? Array.Empty<string>() : ["--validation", validation]]).AssertDone();
        var file = _folder.At("held.npz");
        Call.Of("export", _folder.At("alone"), "--to", "npz", "--out", file).AssertDone();
        string[][] calls = [["evaluate", _folder.At("held")], ["predict", _folder.At("alone")], ["prune", _folder.At("held")], ["evaluate", file, "--train", table]];
        foreach (var call in calls)
        {
            var own = Call.Of(call).AssertDone().Output;
            Assert.Equal(own, Call.Of([.. call, "--holdout", "0.2", "--data-seed", "3"]).AssertDone().Output);
            Assert.Equal(own, Call.With(new() { ["ACTORSPARSE_STANDARDISE"] = "none", ["ACTORSPARSE_DATA_SEED"] = "7" }, call).AssertDone().Output);
            Call.Of([.. call, "--standardise", "none"]).AssertRefused("--standardise none", "began with full");
            Call.Of([.. call, "--holdout", "0.9"]).AssertRefused("--holdout 0.9", "began with 0.2");
        }
        void RefuseAll(Func<int, string> line)
        {
            _folder.Write("table.csv", Rows(line));
            foreach (var call in calls) Call.Of(call).AssertRefused("table.csv", "not those that the run", "began with");
        }
        RefuseAll(row => Line(row).Replace('z', 'w'));
        RefuseAll(row => Line(89 - row));
        foreach (var call in calls[..3])
            Call.Of([.. call, call[0] == "predict" ? "--input" : "--test", table]).AssertDone();
    }

    [Fact]
    public void Measures_that_are_not_finite_are_null_in_JSON()
    {
        var huge = _folder.Write("huge.csv", "3e38,3e38,0\n3e38,-3e38,1\n");
        using var evaluation = JsonDocument.Parse(Call.Of("evaluate", Best, "--test", huge, "--json").AssertDone().Output);
        Assert.Equal(JsonValueKind.Null, evaluation.RootElement.GetProperty("test_loss").ValueKind);
        using var sweep = JsonDocument.Parse(Call.Of("prune", Best, "--sweep", "20", "--test", huge, "--json").AssertDone().Output);
        var points = sweep.RootElement.GetProperty("points").EnumerateArray().ToList();
        Assert.Contains(points, point => point.GetProperty("test_loss").ValueKind == JsonValueKind.Null);
        Assert.All(points, point => Assert.True(point.GetProperty("parameters").GetInt64() > 0));
    }

    [Fact]
    public void Samples_without_labels_are_predicted()
    {
        var unlabelled = _folder.Write("new.csv",
            string.Concat(File.ReadAllLines(_folder.At("test.csv")).Select(line => line[..line.LastIndexOf(',')] + "\n")));
        Assert.Equal(Call.Of("predict", Best).AssertDone().Output,
            Call.Of("predict", Best, "--input", unlabelled, "--label", "none").AssertDone().Output);
    }

    [Fact]
    public void Pruning_reports_first_and_writes_when_told_to()
    {
        using var sweep = JsonDocument.Parse(Call.Of("prune", Best, "--sweep", "20,50", "--json").AssertDone().Output);
        var parameters = sweep.RootElement.GetProperty("points").EnumerateArray().Select(point =>
            point.GetProperty("parameters").GetInt64()).ToList();
        Assert.Equal(3, parameters.Count);
        Assert.True(parameters[0] > parameters[1] && parameters[1] > parameters[2]);
        Call.Of("prune", Best, "--out", _folder.At("pruned.safetensors")).AssertRefused("--out has no effect without --percentile");
        Call.Of("prune", Best, "--percentile", "10", "--sweep", "50").AssertRefused("--sweep has no effect with --percentile");
        Assert.Equal(2, Directory.GetFiles(_folder.At("run", "checkpoints")).Length);

        using var pruned = JsonDocument.Parse(Call.Of("prune", Best, "--percentile", "50", "--json").AssertDone().Output);
        var path = pruned.RootElement.GetProperty("checkpoint").GetString()!;
        using var compact = JsonDocument.Parse(Call.Of("compact", path, "--json").AssertDone().Output);
        using var checkpoint = CheckpointFile.Load(compact.RootElement.GetProperty("checkpoint").GetString()!);
        Assert.True(checkpoint.Network.Spec.LayerSizes[1] <= 10);
        double Accuracy(string file)
        {
            using var json = JsonDocument.Parse(Call.Of("evaluate", file, "--json").AssertDone().Output);
            return json.RootElement.GetProperty("test_accuracy").GetDouble();
        }
        Assert.Equal(Accuracy(path), Accuracy(compact.RootElement.GetProperty("checkpoint").GetString()!));
    }

    [Fact]
    public void Inspection_counts_what_is_there()
    {
        using var checkpoint = CheckpointFile.Load(Best);
        using var json = JsonDocument.Parse(Call.Of("inspect", _folder.At("run"), "--json").AssertDone().Output);
        Assert.Equal(checkpoint.Network.ConnectionCount, json.RootElement.GetProperty("connections").GetInt64());
        var text = Call.Of("inspect", Best).AssertDone().Output;
        Assert.Contains("2-20-16-2", text);
        Assert.Equal(3, text.Split('\n').Count(line => line.Length > 0 && char.IsDigit(line[0])));
    }

    [Theory]
    [InlineData("safetensors", "best-export.safetensors")]
    [InlineData("csv", "best-export.csv")]
    [InlineData("npz", "best-export.npz")]
    [InlineData("onnx", "best-export.onnx")]
    public void Exports_are_written_once(string format, string expected)
    {
        Call.Of("export", Best, "--to", format).AssertDone();
        var path = _folder.At("run", "checkpoints", expected);
        var before = File.ReadAllBytes(path);
        Call.Of("export", Best, "--to", format).AssertRefused("exists already");
        Call.Of("export", Best, "--to", format, "--force").AssertDone();
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Data_is_described()
    {
        using var json = JsonDocument.Parse(Call.Of("data", "--train", _folder.At("train.csv"), "--json").AssertDone().Output);
        Assert.Equal(160, json.RootElement.GetProperty("train").GetProperty("samples").GetInt32());
        Assert.Equal(40, json.RootElement.GetProperty("test").GetProperty("samples").GetInt32());
    }
}
