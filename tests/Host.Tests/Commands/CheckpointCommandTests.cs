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
        Assert.Equal("sample,class,output_0,output_1", predicted[0]);
        var labels = File.ReadAllLines(_folder.At("test.csv")).Select(line => line.Split(',')[^1]);
        var right = predicted.Skip(1).Select(line => line.Split(',')[1]).Zip(labels).Count(pair => pair.First == pair.Second);
        Assert.Equal(evaluation.RootElement.GetProperty("test_accuracy").GetDouble(), right / 50.0);
        Call.Of("predict", Best, "--out", _folder.At("out.csv")).AssertRefused("exists already");
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
    [InlineData("npz", "best-export/layer-2.bias.npy")]
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
